"""Embedders: `onnx` serves, `export` prepares what it serves, `hashing` is the fake for tests."""
