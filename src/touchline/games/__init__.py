"""What a match is: games, halves, labels, and the 17 classes that can be spotted."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
