"""From the text of a reply to detections. A failure is never an empty answer."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
