"""Models in programs of their own: started, asked over pipes, and ended."""
