"""The benchmark as a person writes it: one YAML file, every error one sentence with its line."""

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from touchline.errors import UserError
from touchline.games import CLASSES, canonical_class
from touchline.models import AdaptiveSettings, SamplingSettings
from touchline.prompts import MatchContext, Side
from touchline.replies import ReadPolicy
from touchline.spots import METHOD_NAMES, MergeSettings
from touchline.validation import field_names, one_sentence, telling

ModelEntry = str | dict[str, Any]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataSection(_Section):
    """Where the games are and which of them are meant.

    `root` is relative to the benchmark's file; "builtin:demo" is the match that ships with
    touchline.
    """

    root: str
    games: tuple[str, ...] | None = None
    split: str | None = None
    halves: tuple[Literal[1, 2], ...] = (1, 2)


class SideSection(_Section):
    """One team, as the user knows it."""

    team: str | None = None
    kit: str | None = None


class GivenContext(_Section):
    """Both teams, as the user knows them."""

    home: SideSection = SideSection()
    away: SideSection = SideSection()

    def plain(self) -> MatchContext:
        """The plain value that prompts are made with."""
        return MatchContext(
            Side(self.home.team, self.home.kit), Side(self.away.team, self.away.kit)
        )


class ContextSection(_Section):
    """Match context: given for each game, or asked of a model on the first 15 seconds.

    `given` has the ids of games as keys; `ask` is a model, for the games that are not given.
    """

    given: dict[str, GivenContext] = {}
    ask: ModelEntry | None = None
    prompt: str = "context.v1"


def _official(name: str) -> str:
    """The official class of a name; one that is none is refused with the nearest."""
    if label := canonical_class(name):
        return label
    near = difflib.get_close_matches(name, CLASSES, n=1, cutoff=0.4)
    raise ValueError("it is no class" + (f"; the nearest is '{near[0]}'" if near else ""))


ClassName = Annotated[str, AfterValidator(_official)]

_READ = ReadPolicy()


class ReadingSection(_Section):
    """How ambiguous words of replies are read: `ReadPolicy`, with times in seconds."""

    free_kick: ClassName | None = _READ.free_kick
    shot: ClassName | None = _READ.shot
    card: ClassName | None = _READ.card
    aliases: dict[str, ClassName | None] = {}
    fuzzy_cutoff: Annotated[float, Field(ge=0)] = _READ.fuzzy_cutoff
    headings: bool = _READ.headings
    left_team: Literal["home", "away"] | None = _READ.left_team  # type: ignore[assignment]
    slack: Annotated[float, Field(ge=0)] = _READ.slack_ms / 1000
    max_events: Annotated[int, Field(ge=1)] = _READ.max_events

    def policy(self) -> ReadPolicy:
        """The same in the units of the code."""
        return ReadPolicy(
            free_kick=self.free_kick,
            shot=self.shot,
            card=self.card,
            aliases=tuple(self.aliases.items()),
            fuzzy_cutoff=self.fuzzy_cutoff,
            headings=self.headings,
            left_team=self.left_team,
            slack_ms=round(self.slack * 1000),
            max_events=self.max_events,
        )


_MERGE = MergeSettings()


class MergingSection(_Section):
    """How the detections of overlapping windows become spots: `MergeSettings` in seconds."""

    method: str = _MERGE.method
    window: Annotated[float, Field(gt=0)] = _MERGE.window_ms / 1000
    sigma: Annotated[float, Field(gt=0)] = _MERGE.sigma_ms / 1000
    named_window: Annotated[float, Field(gt=0)] = _MERGE.named_window_ms / 1000
    named_sigma: Annotated[float, Field(gt=0)] = _MERGE.named_sigma_ms / 1000
    offset: float = _MERGE.offset_ms / 1000
    use_confidence: bool = _MERGE.use_confidence
    confidence_from: Literal["said", "logprob"] = "said"
    storm: Annotated[float, Field(ge=0)] = _MERGE.storm
    min_confidence: Annotated[float, Field(ge=0, le=1)] = _MERGE.min_confidence
    decoder: str | None = _MERGE.decoder

    @classmethod
    def of(cls, settings: MergeSettings) -> Self:
        """The section that stands for settings."""
        return cls(
            method=settings.method,
            window=settings.window_ms / 1000,
            sigma=settings.sigma_ms / 1000,
            named_window=settings.named_window_ms / 1000,
            named_sigma=settings.named_sigma_ms / 1000,
            offset=settings.offset_ms / 1000,
            use_confidence=settings.use_confidence,
            confidence_from=settings.confidence_from,  # type: ignore[arg-type]
            storm=settings.storm,
            min_confidence=settings.min_confidence,
            decoder=settings.decoder,
        )

    @field_validator("method")
    @classmethod
    def _known(cls, method: str) -> str:
        if method not in METHOD_NAMES:
            raise ValueError(f"it must be one of {', '.join(METHOD_NAMES)}")
        return method

    def settings(self) -> MergeSettings:
        """The same in the units of the code."""
        return MergeSettings(
            method=self.method,
            window_ms=round(self.window * 1000),
            sigma_ms=round(self.sigma * 1000),
            named_window_ms=round(self.named_window * 1000),
            named_sigma_ms=round(self.named_sigma * 1000),
            offset_ms=round(self.offset * 1000),
            use_confidence=self.use_confidence,
            confidence_from=self.confidence_from,
            storm=self.storm,
            min_confidence=self.min_confidence,
            decoder=self.decoder,
        )


class ScoringSection(_Section):
    """How spots are judged, and from which coverage on they are judged at all."""

    tolerance: Annotated[float, Field(gt=0)] = 5.0
    min_coverage: Annotated[float, Field(ge=0, le=1)] = 0.99


class Bench(_Section):
    """A benchmark: data and models are asked for, everything else has a default."""

    data: DataSection
    models: Annotated[tuple[ModelEntry, ...], Field(min_length=1)]
    sampling: SamplingSettings = SamplingSettings()
    prompt: str = "base.v1"
    context: ContextSection | None = None
    reading: ReadingSection = ReadingSection()
    merging: MergingSection = MergingSection()
    scoring: ScoringSection = ScoringSection()


_WORDS = field_names(
    Bench,
    DataSection,
    SamplingSettings,
    AdaptiveSettings,
    ContextSection,
    GivenContext,
    SideSection,
    ReadingSection,
    MergingSection,
    ScoringSection,
)


def read_bench(path: Path) -> Bench:
    """A benchmark from its file; paths in it are made relative to where the file lies.

    Raises:
        UserError: no such file, not YAML, or not a benchmark.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"benchmark {path} cannot be read: {error}.") from error
    return parse_bench(text, str(path), path.parent)


def parse_bench(text: str, where: str, folder: Path) -> Bench:
    """A benchmark from the text of its file.

    Args:
        text: YAML.
        where: the file's name for error messages.
        folder: what relative paths start from.

    Raises:
        UserError: with the line and the nearest valid word.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or error
        raise UserError(f"{where}{line} is not valid YAML: {problem}.") from error
    if not isinstance(values, dict):
        raise UserError(f"{where} is empty: a benchmark names at least 'data' and 'models'.")
    try:
        bench = Bench.model_validate(values)
    except ValidationError as error:
        number = _line(node, telling(error)["loc"])
        raise UserError(f"{where}, line {number}: {one_sentence(error, _WORDS)}") from error
    return _anchored(bench, folder)


def _anchored(bench: Bench, folder: Path) -> Bench:
    def anchored(path: str) -> str:
        return str((folder / Path(path).expanduser()).resolve())

    data, sampling = bench.data, bench.sampling
    if not data.root.startswith("builtin:"):
        data = data.model_copy(update={"root": anchored(data.root)})
    if sampling.adaptive is not None and sampling.adaptive.run is not None:
        adaptive = sampling.adaptive.model_copy(update={"run": anchored(sampling.adaptive.run)})
        sampling = sampling.model_copy(update={"adaptive": adaptive})
    changed = {"data": data} | ({"sampling": sampling} if sampling is not bench.sampling else {})
    return bench.model_copy(update=changed)


def _line(node: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """The line, from 1, of the deepest node on the way to a place in the document."""
    line = node.start_mark.line if node else 0
    for step in place:
        if isinstance(node, yaml.MappingNode):
            entry = next((pair for pair in node.value if pair[0].value == str(step)), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line, entry[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return line + 1
