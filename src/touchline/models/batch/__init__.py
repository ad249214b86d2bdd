"""Batch APIs: requests handed in as files, answered within a day, at half the price."""
