"""A bundle: a zip of a run's replies and what they were asked, none of whose bytes can change.

Its last bytes are the comment of the zip: the SHA-256 of everything before. So a byte that flips
anywhere, in a file or in the zip's own tables, is noticed. That guards against damage; who changes
a bundle on purpose can also write another checksum, which is why `verify` scores it again.
"""

import hashlib
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError, reason_of
from touchline.files import whole_file
from touchline.games import check_game_id
from touchline.validation import one_sentence

MANIFEST = "bundle.json"
SUFFIX = ".touchline.zip"
VERSION = 1

_MOST_BYTES = 4_000_000_000
_MARK = b"touchline bundle sha256 "
_COMMENT = re.compile(re.escape(_MARK) + rb"([0-9a-f]{64})\Z")
_LONGEST_COMMENT = len(_MARK) + 64
_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a bundle, so that the same run makes the same bytes."""


class PackedFile(BaseModel):
    """One file of a bundle: its size and checksum."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What a bundle says about itself.

    Attributes:
        version: of the format.
        name: of the run.
        created: when it was packed, as an ISO 8601 time in UTC.
        touchline: version of the program that packed it.
        planned_with: versions of the program and of the packages that asked the models.
        task: name of the task.
        games: how many there are.
        labels: by game, the checksum of its labels where they were left out; empty where the plan
            in the bundle has them.
        notes: on licences, and what is not in the bundle.
        files: by their path.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = VERSION
    name: str
    created: str
    touchline: str
    planned_with: dict[str, str]
    task: str
    games: int
    labels: dict[str, str]
    notes: tuple[str, ...]
    files: dict[str, PackedFile]


def write_bundle(path: Path, facts: Mapping[str, Any], files: Mapping[str, bytes]) -> Manifest:
    """Writes a bundle, whole or not at all.

    Args:
        path: of the bundle.
        facts: of its manifest, without the files.
        files: content by path, with forward slashes.
    """
    listed = {
        name: PackedFile(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
        for name, content in sorted(files.items())
    }
    manifest = Manifest(**facts, files=listed)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, MANIFEST, manifest.model_dump_json(indent=1).encode())
        for name in listed:
            _add(archive, name, files[name])
        archive.comment = _MARK + b"0" * 64
    content = buffer.getvalue()[:-_LONGEST_COMMENT]
    comment = _MARK + hashlib.sha256(content).hexdigest().encode()
    with whole_file(path) as file:
        file.write(content + comment)
    return manifest


def read_bundle(path: Path) -> tuple[Manifest, dict[str, bytes]]:
    """A bundle's manifest and files, by path.

    Raises:
        UserError: it cannot be read, is no bundle, or is not as it was written.
    """
    try:
        content = read_bounded(path, _MOST_BYTES)
    except OSError as error:
        raise UserError(f"bundle {path} cannot be read: {reason_of(error)}.") from error
    found = _COMMENT.search(content, max(0, len(content) - _LONGEST_COMMENT))
    if found is None:
        raise UserError(f"{path} is not a bundle of `touchline pack`, or its end is damaged.")
    if hashlib.sha256(content[:-_LONGEST_COMMENT]).hexdigest().encode() != found[1]:
        raise UserError(f"bundle {path} is damaged: it is not as it was written.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive, path)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        OSError,  # of bz2, for data that are no bzip2
    ) as error:
        raise UserError(f"bundle {path} cannot be unpacked: {error}.") from error


def unpack(files: Mapping[str, bytes], folder: Path) -> None:
    """Writes the files of a bundle into a folder of their own."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _read(archive: zipfile.ZipFile, path: Path) -> tuple[Manifest, dict[str, bytes]]:
    entries = archive.infolist()
    sizes = {entry.filename: entry.file_size for entry in entries}
    if len(sizes) != len(entries):
        raise UserError(f"bundle {path} has a file twice.")
    if sum(sizes.values()) > _MOST_BYTES:
        raise UserError(f"bundle {path} unpacks to more than {_MOST_BYTES:,} bytes.")
    if MANIFEST not in sizes:
        raise UserError(f"bundle {path} has no {MANIFEST}.")
    manifest = _manifest(archive.read(MANIFEST), path)
    if manifest.files.keys() != sizes.keys() - {MANIFEST}:
        raise UserError(f"bundle {path} has other files than its {MANIFEST} lists.")
    files = {}
    for name, one in manifest.files.items():
        _check_name(name, path)
        content = archive.read(name)
        if len(content) != one.bytes or hashlib.sha256(content).hexdigest() != one.sha256:
            raise UserError(f"bundle {path}: {name} is not what {MANIFEST} lists.")
        files[name] = content
    return manifest, files


def _manifest(content: bytes, path: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise UserError(f"bundle {path}: {MANIFEST}: {one_sentence(error)}") from error
    if manifest.version > VERSION:
        raise UserError(
            f"bundle {path} is of version {manifest.version}, and this touchline reads versions up "
            f"to {VERSION}: update touchline."
        )
    return manifest


def _check_name(name: str, path: Path) -> None:
    """Refuses the path of a file that would be written elsewhere."""
    try:
        check_game_id(name)
    except ValueError:
        raise UserError(f"bundle {path}: {name[:80]!r} is not a path inside a run.") from None
    if PurePosixPath(name).suffix not in (".json", ".jsonl", ".yaml"):
        raise UserError(f"bundle {path}: {name[:80]!r} is not a file of a bundle.")
