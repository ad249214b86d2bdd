"""Models of runs, or files of spots, side by side."""
