"""Motion: how much the picture changes and moves, shot cuts, and pictures of optical flow."""
