"""Pixels: true timestamps, windows, and frames that are decoded once."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
