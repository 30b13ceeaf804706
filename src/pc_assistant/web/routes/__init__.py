"""One file a topic, each with a `router`; what a route does beyond one call stands elsewhere."""
