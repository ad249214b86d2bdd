"""Examples to learn from: windows of labelled games with the questions of a benchmark."""
