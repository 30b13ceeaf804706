"""The words of the trade as frozen values, the ports to the outside, and the errors."""
