"""When a model leaves its API, and what answers in its name afterwards."""

import datetime

from touchline.validation import Settings

_SOON_DAYS = 120
"""How long before the date it is said: a benchmark takes days, a paper months."""


class Retirement(Settings):
    """The end of a model behind an API, as its maker has announced it.

    Attributes:
        date: from this day on the model is not there, or not the same.
        source: where that is said, with the day it was checked.
        then: what happens from then on, as a clause, where it is not simply gone.
    """

    date: datetime.date
    source: str
    then: str | None = None

    def warning(self, model: str, today: datetime.date) -> str | None:
        """A sentence for the user, or None where the date is far away.

        Args:
            model: its name.
            today: the day to count from.
        """
        days = (self.date - today).days
        if days > _SOON_DAYS:
            return None
        if days > 0:
            when = f"leaves the API in {days} day{'' if days == 1 else 's'}, on {self.date}"
        else:
            when = f"left the API on {self.date}"
        then = f"; {self.then}" if self.then else ""
        return f"model '{model}' {when}{then} ({self.source})."
