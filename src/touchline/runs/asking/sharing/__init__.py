"""Several processes and one run's folder: who asks there, and who asks which window."""
