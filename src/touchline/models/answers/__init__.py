"""What is checked and counted of every answer, whichever engine got it."""
