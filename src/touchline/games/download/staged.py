"""Download, process, delete: one game at a time, so that a disk never holds more than one."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from touchline.errors import UserError
from touchline.files import sync_folder
from touchline.games.download.order import Order

_LEDGER = ".processed.jsonl"


def staged(
    wanted: Order, folder: Path, command: list[str], fetch: Callable[[Order], None]
) -> Iterator[str]:
    """Fetches each game, runs a command on it and deletes its videos again.

    Games that were processed before are skipped. Labels stay. If the command fails, the
    game's videos stay as well.

    Args:
        wanted: games and files.
        folder: where they go.
        command: program and arguments, without a shell; "{game}" stands for the game's id,
            "{folder}" for its folder.
        fetch: downloads an order of one game.

    Yields:
        The id of each game, when it is done.

    Raises:
        UserError: the command fails.
    """
    ledger = folder / _LEDGER
    done = _processed(ledger)
    for pair in wanted.games:
        game = pair[1]
        if game in done:
            continue
        fetch(replace(wanted, games=(pair,)))
        place = folder / game
        _run([part.replace("{game}", game).replace("{folder}", str(place)) for part in command])
        for video in wanted.videos:
            (place / video).unlink(missing_ok=True)
        with ledger.open("a", encoding="utf-8") as file:
            file.write(json.dumps(game) + "\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(folder)
        yield game


def _processed(ledger: Path) -> set[str]:
    if not ledger.is_file():
        return set()
    lines = ledger.read_text(encoding="utf-8").splitlines()
    return {json.loads(line) for line in lines if line.endswith('"')}


def _run(command: list[str]) -> None:
    try:
        code = subprocess.run(command, check=False).returncode  # noqa: S603  (the user's own)
    except OSError as error:
        raise UserError(f"'{command[0]}' cannot be run: {error.strerror}.") from error
    if code:
        raise UserError(
            f"'{' '.join(command)}' ended with exit code {code}; its videos are kept: fix it and "
            "run again."
        )
