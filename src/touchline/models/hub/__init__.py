"""Checkpoints of the hub on this machine: fetched once, found without the network, freed."""
