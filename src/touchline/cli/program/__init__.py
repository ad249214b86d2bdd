"""What concerns the program as a whole: verbs of other packages, and packages that are missing."""
