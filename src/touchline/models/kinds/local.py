"""A checkpoint on this machine: what all engines that load weights share."""

from pathlib import Path
from typing import Any, Literal

from touchline.models.kinds.common import ASSETS, CardBase
from touchline.video.probe import fingerprint

_BUILTIN = "builtin:"


class LocalCard(CardBase):
    """A model whose weights this machine loads, in this process or in a server that it starts.

    `checkpoint` is a local folder, a hub repository, or "builtin:NAME" for one that ships with
    touchline.
    """

    checkpoint: str
    revision: str | None = None
    precision: Literal["float32", "bfloat16", "float16"] = "bfloat16"
    remote_code: bool = False

    def checkpoint_path(self) -> str:
        """The local folder, or the hub repository's name."""
        if self.checkpoint.startswith(_BUILTIN):
            return str(ASSETS / "models" / self.checkpoint.removeprefix(_BUILTIN))
        return self.checkpoint

    def weights(self) -> dict[str, Any]:
        """Who the weights are: a local checkpoint is known by the content of its files.

        Weights trained anew in the same folder are another model.
        """
        path = Path(self.checkpoint_path())
        if not path.is_dir():
            return {"hub": str(path), "revision": self.revision}
        files = sorted(file for file in path.iterdir() if file.is_file())
        return {file.name: fingerprint(file, file.stat().st_size) for file in files}
