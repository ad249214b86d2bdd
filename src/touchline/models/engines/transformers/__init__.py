"""The parts of the engine that loads a checkpoint into this process."""
