"""SoccerNet's own package as the source: it knows which file lies where and who may have it.

The transfer of files from the drive is ours, because the package's own starts again from the
first byte, prints its errors instead of returning them, and tells a statistics service of every
file.
"""

import os
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.games.download.transfer import Advance, HostError, Room, fetch

Source = Callable[[str, str, str], None]
"""Fetches one file: split, game id and name of the file. Raises `HostError`."""

DRIVE = "https://exrcsdrive.kaust.edu.sa/public.php/webdav/"


def drive(
    folder: Path, password: str | None, room: Room, advance: Advance, server: str = DRIVE
) -> Source:
    """The drive that the NDA password opens. Labels need none.

    Args:
        folder: where the games go.
        password: of the NDA, or None.
        room: asked before a file is written.
        advance: told of progress.
        server: address of the drive.
    """
    package = _package()

    class Drive(package.SoccerNetDownloader):  # type: ignore[misc, name-defined]
        def downloadFile(  # noqa: N802  (the package's name)
            self,
            path_local: str,
            path_owncloud: str,
            user: str | None = None,
            password: str | None = None,
            verbose: bool = True,
        ) -> int:
            del verbose
            credentials = (user, password) if user and password else None
            fetch(path_owncloud, Path(path_local), credentials, room, advance)
            return 0

    downloader = Drive(str(folder), server)
    downloader.password = password

    def source(split: str, game: str, file: str) -> None:
        _quietly(downloader.downloadGame, game, [file], split, source="EXRCSDrive")

    return source


def hugging_face(folder: Path, room: Room) -> Source:
    """SoccerNet's repositories on Hugging Face; the token of an account that was granted access.

    Args:
        folder: where the games go.
        room: asked before a file is fetched.
    """
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    downloader = _package().SoccerNetDownloader(str(folder))

    def source(split: str, game: str, file: str) -> None:
        room(0)
        try:
            _quietly(downloader.downloadGame, game, [file], split, source="HuggingFace")
        except PermissionError as error:
            raise HostError(_status(error), "huggingface.co") from error
        except OSError as error:
            raise HostError(_status(error), f"huggingface.co ({_brief(error)})") from error
        if not (folder / game / file).is_file():
            raise HostError(404, "huggingface.co")

    return source


def _package() -> Any:
    try:
        from SoccerNet import Downloader
    except ImportError as error:
        raise UserError(
            f"downloading goes through SoccerNet's package, which is not complete ({error}): "
            "pip install 'touchline[soccernet]'."
        ) from error
    return Downloader


def _quietly(call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """The package prints; what matters comes as an exception."""
    import warnings

    with redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        call(*args, **kwargs)


def _status(error: BaseException | None) -> int | None:
    """The status of the answer at the bottom of a chain of errors."""
    while error is not None:
        response = getattr(error, "response", None)
        if response is not None:
            return int(response.status_code)
        error = error.__cause__ or error.__context__
    return None


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:150]
