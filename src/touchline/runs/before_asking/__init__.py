"""What is found out before models are asked: which cannot be, and what two windows take."""
