"""The read path: a question's way through the steps of `pipeline`."""
