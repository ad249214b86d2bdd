"""Log messages as lines on standard error."""

import logging
import sys

from touchline.text import inert


class _Lines(logging.Handler):
    """Writes to whatever standard error is at the moment: a progress bar may have taken it."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{inert(self.format(record))}\n")


def show_log_lines() -> None:
    """Shows messages of the logger "touchline", from INFO on."""
    logger = logging.getLogger("touchline")
    logger.setLevel(logging.INFO)
    if not any(isinstance(handler, _Lines) for handler in logger.handlers):
        logger.addHandler(_Lines())
