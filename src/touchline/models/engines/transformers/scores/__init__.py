"""What is done with the scores of the next token: constrained, recorded, sampled."""
