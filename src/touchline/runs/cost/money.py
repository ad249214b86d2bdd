"""What the records of a run's spending come to, also where some of them are damaged.

A record is what happened (a session began, money was set aside, or released) and the totals after
it. So a damaged record costs nothing once a whole one follows. Until then it is counted as the
most that was set aside for one request: it may have been a request that is paid for.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from touchline.seal import checked_line, content_of

_USUAL_BYTES = 300
"""Of a record: a lost block of a disk is as many records as fit into it."""

_ROUNDING_USD = 1e-9
_UNREADABLE = (ValueError, TypeError, KeyError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money that is set aside for a request.

    Attributes:
        usd: how much.
        key: of the request.
        at_ms: when, in Unix milliseconds.
    """

    usd: float
    key: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What all records up to one come to.

    Attributes:
        session: number of the session that asks.
        limit_usd: the most that it may spend; infinity where it has no limit.
        machine: on which it counts.
        spent_usd: in all, without what is set aside.
        unrecorded_usd: of it, what no journal knows.
        held_usd: what is set aside.
        unvalued: damaged records that may have set money aside, when no record says how much is
            set aside for a request.
    """

    session: int | None = None
    limit_usd: float = math.inf
    machine: str = ""
    spent_usd: float = 0.0
    unrecorded_usd: float = 0.0
    held_usd: float = 0.0
    unvalued: int = 0


@dataclass(slots=True)
class Money:
    """The state of the money after the records that were read.

    Attributes:
        totals: of the last record; what is set aside is in `held_usd`.
        damaged: records of the last session that are not as they were written.
    """

    # Of what is set aside: that of records that could be read, without what a damaged record
    # released (`_freed_usd`), and that of damaged records, as far as totals tell (`_lost_usd`).

    totals: Totals = Totals()
    damaged: int = 0
    _open: dict[str, Reservation] = field(default_factory=dict)
    _lost_usd: float = 0.0
    _freed_usd: float = 0.0
    _unvalued: int = 0
    _largest_usd: float = 0.0

    def held_usd(self, usual_usd: float = 0.0) -> float:
        """US dollars that are set aside, as far as is known, and for damaged records.

        Args:
            usual_usd: what is set aside for a request, if no record says more.
        """
        each_usd = max(self._largest_usd, usual_usd)
        return max(0.0, self._known_usd() - self._freed_usd) + self._unknown_usd(each_usd)

    def unresolved(self, is_recorded: Callable[[Reservation], bool]) -> float:
        """US dollars set aside by processes that are gone, of which no journal knows.

        Args:
            is_recorded: whether a journal has a record of a request since its reservation.
        """
        left = [one.usd for one in self._open.values() if not is_recorded(one)]
        return min(self.held_usd(), math.fsum(left) + self._unknown_usd(self._largest_usd))

    def session_record(self, totals: Totals) -> bytes:
        """The record that a session begins; nothing is set aside then."""
        unvalued = 0 if self._largest_usd else self._unvalued
        return _encoded({}, totals, held_usd=0.0, unvalued=unvalued)

    def reserve_record(self, name: str, one: Reservation) -> bytes:
        """The record that money is set aside.

        Args:
            name: by which it is released.
            one: the money.
        """
        event = {"reserve": name, "key": one.key, "usd": one.usd, "at_ms": one.at_ms}
        return _encoded(event, self.totals, held_usd=self.held_usd(one.usd) + one.usd)

    def settle_record(self, name: str, spent_usd: float, recorded_usd: float) -> bytes:
        """The record that money is released and spent.

        Args:
            name: of the money that was set aside; any other where it was not.
            spent_usd: US dollars.
            recorded_usd: those of them that the journal knows of.
        """
        one = self._open.get(name)
        unrecorded_usd = max(0.0, spent_usd - recorded_usd)
        return _encoded(
            {"settle": name, "usd": spent_usd, "recorded_usd": recorded_usd},
            self.totals,
            held_usd=self.held_usd(spent_usd) - (one.usd if one else 0.0),
            spent_usd=self.totals.spent_usd + spent_usd,
            unrecorded_usd=self.totals.unrecorded_usd + unrecorded_usd,
        )

    def read(self, line: bytes) -> None:
        """Counts one line: a record, or what is left of one; also one of an earlier version."""
        if not line:
            return
        content = record_of(line)
        is_earlier = content is None and line.startswith(b"{")
        try:
            self._apply(json.loads(line if is_earlier else content or b""))
        except _UNREADABLE:
            count = max(1, len(line) // _USUAL_BYTES)
            self.damaged, self._unvalued = self.damaged + count, self._unvalued + count

    def _apply(self, values: dict[str, Any]) -> None:
        after = _totals(values) if "session" in values else None
        if "reserve" in values:
            one = Reservation(_usd(values["usd"]), str(values["key"]), int(values["at_ms"]))
            self._begin_if_newer(after)
            self._open[str(values["reserve"])] = one
            self._largest_usd = max(self._largest_usd, one.usd)
        elif "settle" in values:
            spent, recorded = _usd(values["usd"]), _usd(values["recorded_usd"])
            if not self._begin_if_newer(after):
                now, more = self.totals, max(0.0, spent - recorded)
                self._set(now, now.spent_usd + spent, now.unrecorded_usd + more)
            self._open.pop(str(values["settle"]), None)
        elif after is not None:
            self._begin(after)
            self.damaged, self._unvalued = 0, after.unvalued
            return
        else:
            raise KeyError("session")
        if after is not None and after.session == self.totals.session:
            self._raise_to(after)

    def _begin_if_newer(self, after: Totals | None) -> bool:
        """Begins the session of a record's totals where the record of its beginning is damaged."""
        now = self.totals.session
        if after is None or after.session is None or (now is not None and after.session <= now):
            return False
        self._begin(after)
        return True

    def _raise_to(self, after: Totals) -> None:
        """Believes a record's totals, where they are not what the records say that could be read.

        What is spent has less in them where whoever wrote it could not read all records either.
        """
        now = self.totals
        spent = max(after.spent_usd, now.spent_usd)
        self._set(now, spent, max(after.unrecorded_usd, now.unrecorded_usd))
        more_usd = after.held_usd - self._known_usd()
        self._lost_usd = more_usd if more_usd > _ROUNDING_USD else 0.0
        self._freed_usd = -more_usd if more_usd < -_ROUNDING_USD else 0.0
        self._unvalued = 0

    def _begin(self, totals: Totals) -> None:
        self._open.clear()
        self._lost_usd, self._freed_usd, self._unvalued = 0.0, 0.0, 0
        self._set(totals, totals.spent_usd, totals.unrecorded_usd)

    def _set(self, of: Totals, spent_usd: float, unrecorded_usd: float) -> None:
        self.totals = Totals(of.session, of.limit_usd, of.machine, spent_usd, unrecorded_usd)

    def _unknown_usd(self, each_usd: float) -> float:
        """What damaged records set aside: as totals tell, or as much each as a request can cost."""
        return self._lost_usd + self._unvalued * each_usd

    def _known_usd(self) -> float:
        return math.fsum(one.usd for one in self._open.values())


def record_of(line: bytes) -> bytes | None:
    """The text of a record's line, also where only the newline at its end is damaged."""
    return content_of(line) or content_of(line[:-1])


def _encoded(event: dict[str, Any], totals: Totals, **changed: float) -> bytes:
    limit_usd = None if math.isinf(totals.limit_usd) else totals.limit_usd
    values = {
        "session": totals.session,
        "limit_usd": limit_usd,
        "machine": totals.machine,
        "spent_usd": totals.spent_usd,
        "unrecorded_usd": totals.unrecorded_usd,
    }
    return checked_line(json.dumps({**event, **values, **changed}).encode())


def _totals(values: dict[str, Any]) -> Totals:
    limit, session = values["limit_usd"], values["session"]
    return Totals(
        None if session is None else int(session),
        math.inf if limit is None else _usd(limit),
        str(values["machine"]),
        _usd(values["spent_usd"]),
        _usd(values["unrecorded_usd"]),
        _usd(values.get("held_usd", 0.0)),
        int(_usd(values.get("unvalued", 0))),
    )


def _usd(value: Any) -> float:
    found = float(value)
    if not (math.isfinite(found) and found >= 0):
        raise ValueError(value)
    return found
