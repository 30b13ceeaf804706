"""Cited question answering on NHS provider collaboratives."""
