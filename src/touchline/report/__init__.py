"""What a person sees: one self-contained page, and the leaderboard in every form of a table."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
