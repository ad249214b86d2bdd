"""Dense frames: many frames go through the vision encoder, few sets of tokens leave it."""
