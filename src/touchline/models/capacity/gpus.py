"""GPUs by name: how much memory they have, and how fast they are."""

from dataclasses import dataclass
from importlib import resources

from touchline.errors import UserError
from touchline.text import nearest_word
from touchline.yaml_text import read_yaml


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU.

    Attributes:
        name: as in the table of GPUs.
        memory_gb: in units of 2**30 bytes, as memory is sold.
        capability: CUDA compute capability.
        bandwidth_gb_s: of its memory, in units of 10**9 bytes.
        tflops: of its tensor cores at 16 bits, without sparsity.
    """

    name: str
    memory_gb: float
    capability: float
    bandwidth_gb_s: float
    tflops: float

    @property
    def memory_bytes(self) -> int:
        """The same memory in bytes."""
        return round(self.memory_gb * 2**30)


def find_gpu(name: str) -> Gpu:
    """A GPU by its name; capitals, spaces and dashes do not matter.

    Raises:
        UserError: it is not in the table.

    Example:
        >>> find_gpu("titan-rtx").memory_gb
        24
    """
    text = (resources.files("touchline.models.capacity") / "gpus.yaml").read_text(encoding="utf-8")
    table = read_yaml(text)
    known = {_plain(one): one for one in table}
    found = known.get(_plain(name))
    if found is None:
        nearest = nearest_word(_plain(name), known, cutoff=0.3, named=known)
        raise UserError(
            f"GPU '{name}' is not known{nearest}; give its memory instead, such as --memory 24GB."
        )
    return Gpu(found, **table[found])


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
