"""Answerers: ways to compose a draft from passages."""
