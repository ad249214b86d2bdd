"""Fetching SoccerNet's labels and videos through its own package, and keeping within a quota."""

from touchline.games.download.download import Downloaded, Space, download
from touchline.games.download.order import Order, order
from touchline.games.download.soccernet import Source, drive, hugging_face
from touchline.games.download.staged import staged
from touchline.games.download.transfer import Advance, HostError

__all__ = [
    "Advance",
    "Downloaded",
    "HostError",
    "Order",
    "Source",
    "Space",
    "download",
    "drive",
    "hugging_face",
    "order",
    "staged",
]
