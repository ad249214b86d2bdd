"""Planning a run: the benchmark resolved to models, videos and questions, and read back."""
