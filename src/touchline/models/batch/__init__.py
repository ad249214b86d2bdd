"""Batch APIs: requests submitted as files, answered within a day, at half the price."""
