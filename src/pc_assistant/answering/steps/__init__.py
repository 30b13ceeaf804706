"""One file a step; `pipeline` holds their order. A step takes the state and returns a new one, and knows none of its neighbours."""
