"""Probing a model before a benchmark: does it see all frames, in order, at their times?"""
