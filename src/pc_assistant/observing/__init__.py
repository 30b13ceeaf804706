"""What those who run the service may see of it: a log line a request, figures, traces. What people typed is in none of them."""
