"""Models: cards, engines, and the requests and replies that pass between them and a run."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
