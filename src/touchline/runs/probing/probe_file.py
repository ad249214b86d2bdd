"""What a probe found, as it is kept for runs of the same model."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from touchline.disk import state_folder
from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.runs.probing.verdict import Says
from touchline.runs.run_folder import RunFolder

_SHORT = {"frames": "sees all", "order": "order", "times": "times", "tokens": "tokens"}


class PointFile(BaseModel):
    """One point of a verdict: `says` is yes, no, or that nothing can be said, and `why`."""

    model_config = ConfigDict(frozen=True)

    says: Says
    why: str


class ProbeFile(BaseModel):
    """The result of a probe.

    Attributes:
        model: name of the card.
        identity: of the card; a run of a model of this identity finds the result.
        touchline: the version that probed.
        at: when.
        frames: of a clip.
        size: width and height of a frame in pixels.
        answered: how many questions were answered.
        asked: how many there were.
        points: the verdict on frames, order, times, freshness and tokens.
        faults: what was shown to be wrong, each in a clause.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    identity: dict[str, Any]
    touchline: str
    at: datetime
    frames: int
    size: tuple[int, int]
    answered: int
    asked: int
    points: dict[str, PointFile]
    faults: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The result in one line, for the notes beside a model."""
        day = f"probe of {self.at:%Y-%m-%d} with {self.frames} frames"
        if self.faults:
            return f"{day}: {'; '.join(self.faults)}"
        known = {name: word for name, word in _SHORT.items() if name in self.points}
        short = ", ".join(f"{word} {self.points[name].says}" for name, word in known.items())
        return f"{day}: no fault ({short})"

    def write(self, path: Path) -> None:
        """Writes the result as a whole file."""
        write_atomically(path, self.model_dump_json(indent=1))

    @classmethod
    def read(cls, path: Path) -> "ProbeFile | None":
        """The result in a file; None if there is no file.

        Raises:
            UserError: it is no such result.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise UserError(
                f"{path} is not the result of a probe: delete it, or run touchline probe again."
            ) from error


def keep_probe(found: ProbeFile) -> Path:
    """Keeps a result where later runs of the model find it, in place of an older one.

    Returns:
        The file.
    """
    path = _path_of(found.identity)
    found.write(path)
    return path


def take_probe(folder: Path, model: str, identity: dict[str, Any]) -> ProbeFile | None:
    """Copies the newest result about a model into a run.

    Args:
        folder: the run.
        model: name of the model in it.
        identity: of its card.

    Returns:
        The result; None if the model was never probed.

    Raises:
        UserError: what is kept is not the result of a probe.
    """
    found = ProbeFile.read(_path_of(identity))
    if found is not None:
        found.write(RunFolder(folder).probe(model))
    return found


def probe_of(folder: Path, model: str) -> ProbeFile | None:
    """The result about a model in a run's folder; None where it was not probed before.

    Raises:
        UserError: the file is not the result of a probe.
    """
    return ProbeFile.read(RunFolder(folder).probe(model))


def _path_of(identity: dict[str, Any]) -> Path:
    text = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    name = hashlib.sha256(text.encode()).hexdigest()[:32]
    return state_folder("probes") / f"{name}.json"
