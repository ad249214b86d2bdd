"""The hybrid spotter: a convolutional network for each frame, a recurrent one over time."""
