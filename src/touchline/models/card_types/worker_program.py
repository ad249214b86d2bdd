"""The card of a model that runs in a Python environment of its own."""

import hashlib
import importlib.util
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from touchline.errors import UserError
from touchline.models.card_types.local import Argument, StartedCard
from touchline.models.generation import Generation
from touchline.validation import Settings
from touchline.video import FrameSpec

ADAPTERS = Path(__file__).parents[1] / "engines/worker/adapters"
"""The adapters that ship with touchline, one file each."""

_PRECISIONS = ("float32", "bfloat16", "float16")
_PINNED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,._-]+\])?(==\S+| @ \S+)$")
_SOURCE = re.compile(r"^https://[^\s@]+@[0-9a-f]{40}$")


def _pinned(requirement: str) -> str:
    if not _PINNED.match(requirement):
        raise ValueError(f"'{requirement}' is not pinned: write NAME==VERSION or NAME @ URL")
    return requirement


def _source(text: str) -> str:
    if not _SOURCE.match(text):
        raise ValueError(f"'{text}' is not https://REPOSITORY@COMMIT with all 40 digits")
    return text


class FrameRule(Settings):
    """How many frames a model takes: exactly so many, or at most so many.

    Attributes:
        exactly: the one number that it takes.
        at_most: the largest number that it takes.
        multiple_of: it takes only multiples of this number.
    """

    exactly: Annotated[int, Field(ge=1)] | None = None
    at_most: Annotated[int, Field(ge=1)] | None = None
    multiple_of: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _check_one_of_two(self) -> Self:
        if (self.exactly is None) == (self.at_most is None):
            raise ValueError("say either exactly or at_most")
        if (self.exactly or self.multiple_of) % self.multiple_of or self.largest == 0:
            raise ValueError(f"no number of frames fits: {self}")
        return self

    @property
    def largest(self) -> int:
        """The most frames that it ever takes."""
        return self.exactly or (self.at_most or 0) // self.multiple_of * self.multiple_of

    def most_of(self, count: int) -> int:
        """How many of some frames it takes; 0 where there are too few.

        >>> FrameRule(exactly=8).most_of(15), FrameRule(at_most=9, multiple_of=4).most_of(7)
        (8, 4)
        """
        if self.exactly is not None:
            return self.exactly if count >= self.exactly else 0
        return min(count, self.largest) // self.multiple_of * self.multiple_of

    def __str__(self) -> str:
        which = f"exactly {self.exactly}" if self.exactly else f"at most {self.at_most}"
        return which + (f" and a multiple of {self.multiple_of}" if self.multiple_of > 1 else "")


class WorkerCard(StartedCard):
    """A model in a program of its own, which touchline starts and asks over pipes.

    Attributes:
        adapter: the file that calls the model's code: the name of one that ships with touchline,
            PACKAGE/FILE.py in an installed package, or a path that begins with "/", "~" or ".".
        frames: how many frames the model takes; the worker must say the same.
        honours: the generation settings that the adapter passes on.
        python: the version of Python of its environment.
        requirements: packages of its environment, each pinned.
        sources: repositories with the makers' code that is no package, each at a commit.
        options: further settings for the adapter, by their names there.
        mp4: give the adapter the frames as an MP4 file too.
        program: as of a StartedCard: the Python of an environment that exists already.
        worker_env: environment variables for the worker.
        start_s: time limit of the start, in which the weights are loaded.
    """

    of_this_engine: ClassVar[frozenset[str]] = frozenset({"adapter"})  # elsewhere a LoRA adapter

    engine: Literal["worker"]
    remote_code: bool = True
    too_many_images: Literal["refuse", "subsample"] = "subsample"
    adapter: Annotated[str, Field(min_length=1)]
    frames: FrameRule
    honours: tuple[str, ...] = ()
    python: Annotated[str, Field(pattern=r"^3\.\d+$")] | None = None
    requirements: tuple[Annotated[str, AfterValidator(_pinned)], ...] = ()
    sources: tuple[Annotated[str, AfterValidator(_source)], ...] = ()
    options: dict[str, JsonValue] = Field(default_factory=dict)
    mp4: bool = False
    worker_env: dict[str, Argument] = Field(default_factory=dict)
    start_s: Annotated[float, Field(gt=0)] = 1800.0

    @model_validator(mode="before")
    @classmethod
    def _limit_images(cls, values: Any) -> Any:
        """What is said of images elsewhere follows from the frames."""
        rule = values.get("frames") if isinstance(values, Mapping) else None
        most = rule and (rule.get("exactly") or rule.get("at_most"))
        return {"max_images": most, **values} if isinstance(most, int) else values

    @model_validator(mode="after")
    def _check_worker(self) -> Self:
        unknown = set(self.honours) - (Generation.model_fields.keys() - {"samples"})
        if unknown:
            raise ValueError(f"honours: {min(unknown)} is not a generation setting")
        if not self.remote_code:
            raise ValueError("a worker runs code that is not touchline's: omit remote_code")
        if self.precision not in _PRECISIONS:
            raise ValueError(f"a worker loads weights in {', '.join(_PRECISIONS)}")
        if self.text_first:
            raise ValueError("a worker shows frames before the text: omit text_first")
        if self.checkpoint_settings:
            raise ValueError("a worker takes no checkpoint_settings: use generation or options")
        return self

    @model_validator(mode="after")
    def _check_limit(self) -> Self:
        if "max_new_tokens" in self.honours and self.generation.max_new_tokens is None:
            raise UserError(f"model '{self.name}': an answer needs a limit: set max_new_tokens.")
        return self

    def adapter_file(self) -> Path:
        """The file of the adapter.

        Raises:
            UserError: there is none.
        """
        file = self._adapter_path()
        if not file.is_file():
            known = sorted(one.stem for one in ADAPTERS.glob("*.py") if one.stem != "__init__")
            raise UserError(
                f"model '{self.name}': adapter '{self.adapter}' is not known: name one of "
                f"{', '.join(known)}, a path, or PACKAGE/FILE.py of an installed package."
            )
        return file

    def _adapter_path(self) -> Path:
        if self.adapter.startswith(("/", "~", ".")):
            return Path(self.adapter).expanduser().resolve()
        package, _, rest = self.adapter.partition("/")
        if not rest:
            return ADAPTERS / f"{self.adapter}.py"
        # A package at the top level is found without running any of its code.
        found = importlib.util.find_spec(package) if package.isidentifier() else None
        folders = found.submodule_search_locations if found else None
        return Path(next(iter(folders)), rest) if folders else Path(package, rest).resolve()

    def foreign_code(self) -> str:
        """See `LocalCard.foreign_code`."""
        return (
            f"code that is not touchline's in a program of its own: {self.adapter_file()}, and "
            f"what it imports for {self.checkpoint}"
        )

    def unneeded_files(self, names: Sequence[str]) -> list[str]:  # noqa: ARG002
        """See `LocalCard.unneeded_files`; makers' code reads files of any kind."""
        return []

    def honoured(self) -> frozenset[str]:
        """See `Card.honoured`; what the adapter declares."""
        return frozenset(self.honours)

    def limited_frames(self, count: int) -> int:
        """See `Card.limited_frames`; a window with too few frames is left as it is."""
        return self.frames.most_of(count) or count

    def frames_taken(self) -> str:
        """See `Card.frames_taken`."""
        return f"{self.frames} frames"

    def sampling_refusal(self, sampling: FrameSpec) -> str | None:
        """See `Card.sampling_refusal`."""
        count = sampling.frames_per_window
        most = self.frames.most_of(count)
        if most == count or (most and self.too_many_images == "subsample"):
            return None
        fix = "set 'too_many_images: subsample' for the model, or " if most else ""
        return (
            f"model '{self.name}' takes {self.frames_taken()}, and windows have {count}: {fix}set "
            f"sampling.frames to {most or self.frames.exactly or self.frames.multiple_of}."
        )

    def starts(self) -> tuple[tuple[str, ...], Mapping[str, str]] | None:
        """See `Card.starts`; the adapter is code, which is allowed by `foreign_code`."""
        if self.program is None and not self.worker_env:
            return None
        return (self.program or "python", self.adapter), self.worker_env

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`.

        The versions of packages are those that are pinned; a worker with others is refused.
        """
        # The marker is not used, and the adapter of a worker is a program, known by its content.
        adaptations = {
            name: one
            for name, one in self.adaptations().items()
            if name not in ("marker", "adapter")
        }
        content = self.adapter_file().read_bytes()
        fields = {"python", "requirements", "sources", "options", "mp4"}
        return {
            "engine": self.engine,
            "weights": self.weights(),
            "precision": self.precision,
            "adapter": hashlib.sha256(content).hexdigest()[:16],
            "frames": self.frames.model_dump(exclude_defaults=True),
            **adaptations,
            **self.model_dump(include=fields, exclude_defaults=True, mode="json"),
        }
