"""Downloading an order game by game; files that are complete are not downloaded again."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.games.download.order import Order
from touchline.games.download.soccernet import Source
from touchline.games.download.transfer import HostError
from touchline.progress import Progress

_MATROSKA = b"\x1a\x45\xdf\xa3"
_REGISTER = "these need the NDA password; register at soccer-net.org"
_REFUSALS = {401: "does not accept the password or token", 403: "gives this account no access"}


@dataclass(slots=True)
class Downloaded:
    """The result of a download.

    Attributes:
        fetched: how many files were downloaded now, by kind ("labels", "videos").
        present: how many were there before.
        absent: files that the host does not have.
        withheld: how many videos were not requested because there is no password.
    """

    fetched: Counter[str] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)
    absent: list[str] = field(default_factory=list)
    withheld: int = 0

    def sentence(self) -> str:
        """What is there now, as a sentence."""
        labels = self.fetched["labels"] + self.present["labels"]
        videos = self.fetched["videos"] + self.present["videos"]
        files = f"{labels} label file{'' if labels == 1 else 's'}"
        if self.withheld and not videos:
            return f"{files}, no video: {_REGISTER}."
        text = f"{files} and {videos} video{'' if videos == 1 else 's'}"
        if self.withheld:
            text += f"; {self.withheld} videos are missing: {_REGISTER}"
        if self.absent:
            text += f"; the host has no {self.absent[0]}" + (
                f" and {len(self.absent) - 1} more" if len(self.absent) > 1 else ""
            )
        return f"{text}."


def download_games(
    wanted: Order,
    folder: Path,
    label_source: Source,
    video_source: Source | None,
    game_done: Progress,
) -> Downloaded:
    """Downloads what is missing of an order.

    Args:
        wanted: games and files.
        folder: where they go, in SoccerNet's layout.
        label_source: where labels come from.
        video_source: where videos come from; None where there is no password for them.
        game_done: called with how many games are done, of how many.

    Raises:
        UserError: the host refuses the password, or a file is not what it should be.
        ComeBackLater: the host does not answer, or there is no space.
    """
    done = Downloaded()
    for number, (split, game) in enumerate(wanted.games, 1):
        _fetch(done, "labels", folder, split, game, wanted.labels, label_source)
        if video_source is None:
            there = [file for file in wanted.videos if (folder / game / file).is_file()]
            done.present["videos"] += len(there)
            done.withheld += len(wanted.videos) - len(there)
        else:
            _fetch(done, "videos", folder, split, game, wanted.videos, video_source)
        game_done(number, len(wanted.games))
    return done


def _fetch(
    done: Downloaded,
    kind: str,
    folder: Path,
    split: str,
    game: str,
    files: Sequence[str],
    source: Source,
) -> None:
    for file in files:
        path = folder / game / file
        if path.is_file():
            done.present[kind] += 1
            continue
        try:
            source(split, game, file)
        except HostError as error:
            if error.status != 404:
                raise _explained(error, f"{game}/{file}") from error
            done.absent.append(f"{game}/{file}")
            continue
        _check(path)
        done.fetched[kind] += 1


def _check(path: Path) -> None:
    """Refuses a page of text instead of a file and deletes it, so that it is requested again.

    Raises:
        UserError: the file is not what its name says.
    """
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if path.suffix == ".json":
            try:
                json.load(file)
            except ValueError:
                start = b""
        elif start != _MATROSKA:
            start = b""
    if not start:
        path.unlink()
        raise UserError(
            f"the host sent something other than {path.name} of {path.parent.name}; it "
            "was deleted: try again, or use another source."
        )


def _explained(error: HostError, file: str) -> Exception:
    if error.status in _REFUSALS:
        return UserError(
            f"{error} {_REFUSALS[error.status]} (HTTP {error.status}) for {file}: check "
            "SOCCERNET_PASSWORD, or HF_TOKEN and the access that its account was granted; "
            "register at soccer-net.org."
        )
    if error.status is None:
        return ComeBackLater(f"no answer from {error} for {file}: try again later.")
    return ComeBackLater(f"{error} answers HTTP {error.status} for {file}: try again later.")
