"""The HTTP service: `app` puts it together, `routes/` holds one file a topic, `problems` the only table from errors to statuses."""
