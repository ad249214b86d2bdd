"""Merging again: other settings, settings that are searched for, and several runs fused."""
