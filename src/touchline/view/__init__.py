"""The match viewer: a small web application on this machine, for clicking on any claim."""

from touchline.view.app import make_app
from touchline.view.guard import Guard
from touchline.view.match import ViewedHalf, ViewedRun, open_run
from touchline.view.serve import serve

__all__ = ["Guard", "ViewedHalf", "ViewedRun", "make_app", "open_run", "serve"]
