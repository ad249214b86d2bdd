"""SoccerNet's own package as the source: it knows where each file is and who may have it.

The transfer itself is ours. The package's own starts a file from the drive again from its first
byte, prints errors instead of returning them and tells a statistics service of every file; from
Hugging Face it returns as if all was well when the host cannot be reached.
"""

import os
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.files import file_error
from touchline.games.download.transfer import HostError, Room, fetch
from touchline.progress import NamedProgress
from touchline.registry import install_command
from touchline.text import shorten

Source = Callable[[str, str, str], None]
"""Fetches one file: split, game id and name of the file. Raises `HostError`."""

DRIVE = "https://exrcsdrive.kaust.edu.sa/public.php/webdav/"


def drive(
    folder: Path, password: str | None, room: Room, advance: NamedProgress, server: str = DRIVE
) -> Source:
    """The drive that the NDA password opens. Labels need none.

    Args:
        folder: where the games go.
        password: of the NDA, or None.
        room: asked before a file is written.
        advance: called with the progress.
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
    package = _package()

    class Hub(package.SoccerNetDownloader):  # type: ignore[misc, name-defined]
        def _downloadGame_huggingface(self, game: str, files: list[str], spl: str) -> None:  # noqa: N802
            for file in files:
                branch = self._HF_VIDEO_BRANCH_BY_FILE.get(file)
                challenge = "_Challenge" if spl == "challenge" else ""
                repository = f"SoccerNet_raw_HQ{challenge}" if branch else "SN-Labels"
                _from_hub(
                    f"SoccerNet/{repository}", branch or "main", f"{game}/{file}", folder, room
                )

    downloader = Hub(str(folder))

    def source(split: str, game: str, file: str) -> None:
        _quietly(downloader.downloadGame, game, [file], split, source="HuggingFace")

    return source


def _from_hub(repository: str, revision: str, name: str, folder: Path, room: Room) -> None:
    import httpx2
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError

    from touchline.bounded_http import limit_hub_waits

    limit_hub_waits()
    try:
        url = hf_hub_url(repository, name, repo_type="dataset", revision=revision)
        room(get_hf_file_metadata(url).size or 0)
        hf_hub_download(repository, name, repo_type="dataset", revision=revision, local_dir=folder)
    except HfHubHTTPError as error:
        raise HostError(error.response.status_code, f"huggingface.co, {repository}") from error
    except httpx2.TransportError as error:
        raise HostError(None, f"huggingface.co ({shorten(error, 150)})") from error
    except OSError as error:
        told = file_error(error, f"{folder / name} cannot be written")
        if told is not None:
            raise told from error
        raise HostError(None, f"huggingface.co ({shorten(error, 150)})") from error


def _package() -> Any:
    try:
        from SoccerNet import Downloader
    except ImportError as error:
        raise UserError(
            f"downloading goes through SoccerNet's package, which is not complete ({error}): "
            f"{install_command('soccernet')}."
        ) from error
    return Downloader


def _quietly(call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """The package prints; what matters comes as an exception."""
    import warnings

    with redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        call(*args, **kwargs)
