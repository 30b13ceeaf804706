"""The outside, one shelf a port."""
