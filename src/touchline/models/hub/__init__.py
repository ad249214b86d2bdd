"""Checkpoints of the Hugging Face hub: downloaded once, found without network, deleted."""
