"""From what a model wrote to what it claims. A failure is never an empty answer."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
