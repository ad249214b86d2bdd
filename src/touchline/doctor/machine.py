"""What is asked of a machine: programs, packages, disks, codecs, its hub and its endpoints.

The examination asks nothing else, so a test can pretend any machine.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal, Protocol

from touchline.models import Card, hub_account, list_offered_models
from touchline.runs import run_program


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk under a folder.

    Attributes:
        free_bytes: what this user may still write, quotas not counted.
        total_bytes: its size.
        writable: whether this user may write into the folder, or make it.
    """

    free_bytes: int
    total_bytes: int
    writable: bool


@dataclass(frozen=True, slots=True)
class MediaLibraries:
    """The libraries that videos are decoded with.

    Attributes:
        pyav: version of PyAV.
        ffmpeg: version of the FFmpeg in its wheel.
        decoders: names of codecs that can be read.
        encoders: names of codecs that can be written.
    """

    pyav: str
    ffmpeg: str
    decoders: frozenset[str]
    encoders: frozenset[str]


class Machine(Protocol):
    """What the examination asks."""

    environment: Mapping[str, str]

    def python(self) -> tuple[str, str, bool]:
        """Version and path of Python, and whether it is in a virtual environment."""
        ...

    def system(self) -> str:
        """Operating system and processor."""
        ...

    def version(self, package: str) -> str | None:
        """The version of an installed package; None where it is not installed."""
        ...

    def requirements(self) -> Sequence[str]:
        """What touchline declares that it needs, extras included, as in its metadata."""
        ...

    def run(self, command: Sequence[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
        """Runs a program; 127 is the code of one that is missing or does not answer."""
        ...

    def disk(self, folder: Path) -> Disk:
        """The disk of a folder, which need not exist."""
        ...

    def media(self) -> MediaLibraries:
        """The libraries that videos are decoded with."""
        ...

    def hub_account(self) -> str | None:
        """The account of the hub's token, asked from the hub; None where there is no token.

        Raises:
            UserError: the hub does not accept it.
            ComeBackLater: the hub does not answer.
        """
        ...

    def offered_models(self, card: Card) -> tuple[str, ...] | None:
        """The models that a card's endpoint offers; None where that cannot be asked.

        Raises:
            UserError: the endpoint refuses the key or the request.
            ComeBackLater: it does not answer.
        """
        ...


class ThisMachine:
    """The machine that this process runs on."""

    environment: Mapping[str, str] = os.environ

    def python(self) -> tuple[str, str, bool]:
        """See `Machine.python`."""
        return platform.python_version(), sys.executable, sys.prefix != sys.base_prefix

    def system(self) -> str:
        """See `Machine.system`."""
        return f"{platform.system()} {platform.release()}, {platform.machine()}"

    def version(self, package: str) -> str | None:
        """See `Machine.version`."""
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            return None

    def requirements(self) -> Sequence[str]:
        """See `Machine.requirements`."""
        try:
            return metadata.requires("touchline") or ()
        except metadata.PackageNotFoundError:  # it runs from its source
            return ()

    def run(self, command: Sequence[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
        """See `Machine.run`."""
        return run_program(command, timeout_s)

    def disk(self, folder: Path) -> Disk:
        """See `Machine.disk`."""
        there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
        usage = shutil.disk_usage(there)
        return Disk(usage.free, usage.total, os.access(there, os.W_OK | os.X_OK))

    def media(self) -> MediaLibraries:
        """See `Machine.media`."""
        import av
        from av.codec import codecs_available

        return MediaLibraries(
            pyav=av.__version__,
            ffmpeg=str(av.ffmpeg_version_info),
            decoders=frozenset(one for one in codecs_available if _has(one, "r")),
            encoders=frozenset(one for one in codecs_available if _has(one, "w")),
        )

    def hub_account(self) -> str | None:
        """See `Machine.hub_account`."""
        return hub_account()

    def offered_models(self, card: Card) -> tuple[str, ...] | None:
        """See `Machine.offered_models`."""
        return list_offered_models(card)


def _has(codec: str, mode: Literal["r", "w"]) -> bool:
    from av.codec import Codec
    from av.codec.codec import UnknownCodecError

    try:
        Codec(codec, mode)
    except UnknownCodecError:
        return False
    return True
