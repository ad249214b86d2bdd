"""Which windows of which games become examples. Everything follows from the seed."""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum

from touchline.errors import UserError
from touchline.games import Label
from touchline.train.examples.example_settings import ExampleSettings
from touchline.train.examples.split_settings import SplitSettings
from touchline.train.examples.target_answers import labels_inside
from touchline.video import Window


class WindowKind(StrEnum):
    """What a window shows.

    EVENTS: something happens. NEAR: nothing does, but does so shortly before or after.
    NOTHING: it is far from any event.
    """

    EVENTS = "events"
    NEAR = "near"
    NOTHING = "nothing"


def split_games(
    games: Sequence[str], settings: SplitSettings, named: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """Games to learn from and games to evaluate on.

    Which games are held out depends on their names and the seed: a game that is added later
    moves no other from one side to the other, unless the number to hold out grows.

    Args:
        games: ids of all games.
        settings: the share that is held out, and the seed.
        named: games to hold out instead of that share.

    Returns:
        Two lists in the order of `games`.

    Raises:
        UserError: a named game is not there, or no game is left to learn from.
    """
    if unknown := [one for one in named if one not in games]:
        raise UserError(f"game '{unknown[0]}' cannot be held out: the benchmark does not have it.")
    if named:
        held = set(named)
    else:
        count = round(len(games) * settings.held_out)
        count = max(count, 1) if settings.held_out and len(games) > 1 else count
        held = set(sorted(games, key=lambda game: _draw(settings.seed, game))[:count])
    learned = [game for game in games if game not in held]
    if not learned:
        raise UserError("no game is left to learn from: hold out fewer games.")
    return learned, [game for game in games if game in held]


def kind_of(window: Window, labels: Sequence[Label], near_ms: int) -> WindowKind:
    """What a window shows.

    Args:
        window: the window.
        labels: of its half.
        near_ms: how far from an event "near" goes.
    """
    if labels_inside(window, labels):
        return WindowKind.EVENTS
    start, end = window.start_ms - near_ms, window.end_ms + near_ms
    near = any(start <= one.position_ms < end for one in labels)
    return WindowKind.NEAR if near else WindowKind.NOTHING


def choose(kinds: Mapping[Window, WindowKind], settings: ExampleSettings) -> list[Window]:
    """The windows that become examples: all with events, and as many others as the shares say.

    Args:
        kinds: all windows and what each shows.
        settings: the shares and the seed.

    Returns:
        The chosen windows in their own order. Where there are too few of a kind, all of it.
    """
    events = sum(kind is WindowKind.EVENTS for kind in kinds.values())
    chosen: set[Window] = set()
    for kind, share in ((WindowKind.NEAR, settings.near), (WindowKind.NOTHING, settings.nothing)):
        of_kind = [window for window, one in kinds.items() if one is kind]
        of_kind.sort(key=lambda w: _draw(settings.seed, f"{w.game}/{w.half}/{w.start_ms}"))
        chosen |= set(of_kind[: round(events * share / settings.events)])
    return [w for w, kind in kinds.items() if kind is WindowKind.EVENTS or w in chosen]


def _draw(seed: int, name: str) -> bytes:
    """A number that is random among names, and the same every time."""
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()
