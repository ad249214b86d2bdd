"""What a store is to hold, and the names of its files."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from touchline.video.display import SQUARE
from touchline.video.frame_spec import FrameSpec
from touchline.video.frame_store.format import MAGIC
from touchline.video.pixels import stored_facts

SUFFIX = ".frames"

PART = ".part"
"""After the name of a store that is being written."""

WAITING = ".waiting"
"""After the name of a part: the file that other processes lock while they wait for its frames."""


@dataclass(frozen=True, eq=False)
class StoreSpec:
    """The frames that a store is to hold.

    Attributes:
        video: the file.
        fingerprint: of its content.
        frame_spec: how pixels are made.
        times_ms: presentation times of the frames, ascending.
        folder: where stores are kept.
        pixel_aspect: of the video.
    """

    video: Path
    fingerprint: str
    frame_spec: FrameSpec
    times_ms: NDArray[np.int64]
    folder: Path
    pixel_aspect: Fraction = SQUARE

    @cached_property
    def kind(self) -> str:
        """Beginning of the names of all stores with pixels like these, in this format."""
        made = json.dumps(stored_facts(self.frame_spec, self.pixel_aspect), sort_keys=True)
        made_and_kept = MAGIC + made.encode()
        return f"{self.fingerprint}-{hashlib.sha256(made_and_kept).hexdigest()[:12]}"

    @cached_property
    def path(self) -> Path:
        """The store's file."""
        taken = hashlib.sha256(self.times_ms.astype("<i8").tobytes()).hexdigest()[:12]
        return self.folder / f"{self.kind}-{taken}{SUFFIX}"

    @property
    def part(self) -> Path:
        """The store's file while it is being written."""
        return Path(f"{self.path}{PART}")

    @property
    def waiting(self) -> Path:
        """The file that other processes lock while they wait for frames."""
        return Path(f"{self.part}{WAITING}")

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the store's header says of its content."""
        name = "/".join(self.video.absolute().parts[-2:])
        frames = self.frame_spec.frames
        rate = {"fps": self.frame_spec.fps} if frames is None else {"frames": frames}
        return {"video": name, **rate, **stored_facts(self.frame_spec, self.pixel_aspect)}
