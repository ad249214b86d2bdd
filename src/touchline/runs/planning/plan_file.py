"""`plan.json`: what a benchmark was resolved to, as a typed file.

Version 2 added `version` and the prompt's `schema`. Files without a version are read too. Version 3
is that of plans in which a model has a prompt or merging settings of its own.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.games import (
    SOCCERNET_V2,
    Game,
    Half,
    Label,
    Task,
    check_game_id,
    find_task,
    task_of_facts,
)
from touchline.models import (
    Card,
    ClassPriors,
    Generation,
    Price,
    find_card,
    general_class_priors,
    is_baseline,
    split_control,
)
from touchline.prompts import EVENTS, MATCH_CONTEXT, Template
from touchline.report import Kind
from touchline.runs.config.bench import DataSection
from touchline.runs.config.stored_spec import StoredSpec
from touchline.runs.links import read_inside
from touchline.runs.planning.planned_videos import PlannedVideo
from touchline.runs.run_folder import RunFolder
from touchline.seal import seal
from touchline.validation import parse_sealed
from touchline.video import FrameSpec

VERSION = 3
OF_ALL_MODELS = 2
"""The version of a plan whose prompt and merging settings are those of all its models."""
CONTROL_OF = "control_of"
"""Of a fused run's card: the fusion that it is a control of."""

_Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _known_version(version: int) -> int:
    if version > VERSION:
        raise ValueError(f"this touchline reads versions up to {VERSION}: update touchline")
    return version


def _named_card(card: dict[str, Any]) -> dict[str, Any]:
    for name in ("name", "engine"):
        if not isinstance(card.get(name), str):
            raise ValueError(f"a card needs '{name}'")
    check_game_id(card["name"])  # it becomes a folder too
    return card


def _without_default_settings(card: Mapping[str, Any]) -> dict[str, Any]:
    """A stored card without the settings that have their default.

    Plans once named all of them, also those that do not reach the model; a card that names one
    of those is refused.
    """
    fields = Generation.model_fields
    settings = card.get("generation")
    if not isinstance(settings, Mapping):
        return dict(card)
    said = {
        name: value
        for name, value in settings.items()
        if name not in fields or value != fields[name].default
    }
    return {**card, "generation": said}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


@lru_cache(maxsize=16)
def _task(text: str) -> Task:
    facts = json.loads(text)
    return find_task(facts) if isinstance(facts, str) else task_of_facts(facts, "the plan's task")


class PromptPlan(_Part):
    """The prompt of a run.

    Attributes:
        name: of the template.
        sha256: of its source.
        source: its text.
        answer_schema: name of the schema of its answers, written `schema`. Files of version 1 do
            not have it: a template whose name begins with "context" asks for the match context,
            and any other for events.
        tracks: what it tells of a window besides its frames.
        leakage_prone: those of them that may name the very events that are asked for.
    """

    name: str
    sha256: str
    source: str
    answer_schema: str = Field(alias="schema")
    tracks: tuple[str, ...] = ()
    leakage_prone: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _add_schema(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and "schema" not in values:
            asks_for_context = str(values.get("name")).startswith("context")
            return {**values, "schema": MATCH_CONTEXT if asks_for_context else EVENTS}
        return values

    def template(self, task: Task) -> Template:
        """The template itself."""
        return Template(self.name, self.source, task, self.answer_schema)


class HalfPlan(_Part):
    """One half and what was known of its video when the run was planned.

    Attributes:
        number: from 1.
        video: its file.
        fingerprint: see `PlannedVideo`, likewise all others.
    """

    number: int
    video: Path
    fingerprint: str
    duration_ms: int
    claimed_ms: int
    size_bytes: int | None = None
    modified_ns: int | None = None
    has_sound: bool | None = None
    pixel_aspect: Fraction | None = None

    def planned_video(self) -> PlannedVideo | None:
        """What is known of the video; None in the plan of an old run, which says too little."""
        if self.size_bytes is None or self.modified_ns is None or self.has_sound is None:
            return None
        if self.pixel_aspect is None:
            return None
        return PlannedVideo(
            self.fingerprint,
            self.duration_ms,
            self.claimed_ms,
            self.size_bytes,
            self.modified_ns,
            self.has_sound,
            self.pixel_aspect,
        )


class GamePlan(_Part):
    """One game of a run: its id, its labels where it has any, and its halves."""

    id: Annotated[str, AfterValidator(check_game_id)]
    labels: tuple[Annotated[Label, PlainSerializer(Label._asdict)], ...] | None
    halves: tuple[HalfPlan, ...]

    def covered_labels(self) -> list[Label] | None:
        """The labels of the halves that the run covers."""
        if self.labels is None:
            return None
        numbers = {half.number for half in self.halves}
        return [label for label in self.labels if label.half in numbers]

    def half(self, one: HalfPlan) -> Half:
        """One of the halves as the packages to the left know it."""
        return Half(self.id, one.number, one.video)

    def game(self) -> Game:
        """The game as the packages to the left know it."""
        return Game(self.id, tuple(map(self.half, self.halves)), self.labels)


class ModelPlan(_Part):
    """One model of a run.

    Attributes:
        card: the facts of its card; a fused run has one of its own kind.
        recipe: how frames and windows are taken for it.
        identity: the facts that its replies are known by.
        prompt: its own; None where it has that of the run.
        merging: settings that it has in place of the benchmark's, by name.
        cell: of a cell of a sweep, the value of each setting that is swept.
    """

    card: Annotated[dict[str, Any], AfterValidator(_named_card)]
    recipe: StoredSpec
    identity: dict[str, Any] = Field(default_factory=dict)
    prompt: PromptPlan | None = None
    merging: dict[str, Any] = Field(default_factory=dict)
    cell: dict[str, Any] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name on the leaderboard and in the run's folders."""
        return str(self.card["name"])

    @property
    def engine(self) -> str:
        """The engine that reached it."""
        return str(self.card["engine"])

    @property
    def is_baseline(self) -> bool:
        """Whether it is a null baseline."""
        return is_baseline(self.engine)

    @property
    def kind(self) -> Kind:
        """What its row of the leaderboard is of."""
        if self.card.get("control") or self.card.get(CONTROL_OF):
            return "control"
        if self.is_baseline:
            return "sound" if self.card.get("kind") == "sound" else "baseline"
        return "model"

    @property
    def price(self) -> Price | None:
        """What its tokens cost, where its card says so."""
        price = self.card.get("price")
        return None if price is None else Price.model_validate(price)

    def load_card(self) -> Card:
        """Its card.

        Raises:
            UserError: the card is not one of a model that can be asked.
        """
        return find_card(_without_default_settings(self.card))


class PlanFile(_Part):
    """A plan as stored in a run's folder.

    Attributes:
        version: of this format; 1 where the file does not say.
        name: of the benchmark.
        touchline: version of the program that planned it.
        versions: of the packages that took part.
        root: where the games lie.
        prompt: the prompt.
        rates_per_hour: events of each class an hour, for the null baselines.
        rates_source: where these come from; "" in the plan of an old run, whose rates were those
            of its own labels.
        data: the benchmark's section `data`; None in the plan of an old run.
        games: the games with their halves and labels.
        models: the models, null baselines last.
        stored_task: what was spotted, written `task`: the name of a task, or all that its file
            says. Files of earlier versions do not have it: they are of SoccerNet-v2.
    """

    version: Annotated[int, AfterValidator(_known_version)] = 1
    name: str
    touchline: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    root: str = ""
    prompt: PromptPlan
    rates_per_hour: dict[str, _Rate] = Field(default_factory=dict)
    rates_source: str = ""
    data: DataSection | None = None
    games: tuple[GamePlan, ...]
    models: tuple[ModelPlan, ...]
    stored_task: str | dict[str, Any] = Field(default=SOCCERNET_V2.name, alias="task")

    @classmethod
    def read(cls, folder: Path) -> "PlanFile":
        """The plan of a run.

        Raises:
            DamagedFileError: the plan is not as it was written.
            UserError: the folder is not a run, or its plan cannot be read.
        """
        file = RunFolder(folder).plan
        if not file.is_file():
            raise UserError(f"{folder} is not a run: it contains no {file.name}.")
        content = read_inside(folder, file)
        return parse_sealed(cls, content, f"run {folder}: {file.name}", f"touchline run {folder}")

    def write(self, folder: Path) -> None:
        """Writes the plan into a run's folder."""
        text = self.model_dump_json(indent=1, by_alias=True)
        write_atomically(RunFolder(folder).plan, seal(text))

    def prompt_of(self, model: ModelPlan) -> PromptPlan:
        """The prompt of a model: its own, or that of the run."""
        return model.prompt or self.prompt

    @property
    def task(self) -> Task:
        """What is spotted.

        Raises:
            UserError: what the file says of it is not a task.
        """
        return _task(json.dumps(self.stored_task))

    @property
    def model_names(self) -> list[str]:
        """Names of all models, null baselines included."""
        return [model.name for model in self.models]

    def model(self, name: str) -> ModelPlan:
        """A model of the run.

        Raises:
            UserError: the run has no such model.
        """
        for model in self.models:
            if model.name == name:
                return model
        raise UserError(f"run '{self.name}' has no model '{name}'.")

    def control_of(self, name: str) -> str:
        """The name of the model that a model of the run is a control of, or "".

        A control is called after its model ("demo+blank"), or is the same card under another name.
        """
        control = self.model(name)
        if control.kind != "control" or CONTROL_OF in control.card:
            return str(control.card.get(CONTROL_OF, ""))
        named = split_control(name)[0]
        models = {one.name: one for one in self.models if one.kind != "control"}
        same = (one.name for one in models.values() if one.identity == control.identity)
        of_cell = (one for one in same if models[one].cell == control.cell)
        return named if named in models else next(of_cell, "")

    def only_model(self) -> str:
        """The name of the one model that is neither a null baseline nor a control.

        Raises:
            UserError: there are several, or none.
        """
        names = [model.name for model in self.models if model.kind == "model"]
        if len(names) != 1:
            listed = ", ".join(self.model_names)
            raise UserError(f"choose a model with --model: the run has {listed}.")
        return names[0]

    def labels(self) -> dict[str, list[Label]]:
        """The labels of each labelled game, of the halves that the run covers."""
        labelled = ((game.id, game.covered_labels()) for game in self.games)
        return {game: labels for game, labels in labelled if labels is not None}

    def half_ms(self) -> dict[tuple[str, int], int]:
        """Length of each half in ms, by game and number."""
        return {
            (game.id, half.number): half.claimed_ms for game in self.games for half in game.halves
        }

    def halves(self) -> dict[tuple[str, int], Half]:
        """All halves, by game and number, in order."""
        return {
            (game.id, half.number): game.half(half) for game in self.games for half in game.halves
        }

    def videos(self) -> dict[Path, PlannedVideo]:
        """What is known of the videos; of old plans, which say too little, nothing."""
        found = ((half.video, half.planned_video()) for game in self.games for half in game.halves)
        return {video: facts for video, facts in found if facts is not None}

    def frame_specs(self) -> list[FrameSpec]:
        """How frames are taken for the models that look at them."""
        return [model.recipe for model in self.models if not model.is_baseline]

    def class_priors(self) -> ClassPriors:
        """What the null baselines may know."""
        stride_ms = self.models[-1].recipe.stride_ms
        priors = general_class_priors(self.task, stride_ms, self.labels(), self.half_ms())
        return replace(priors, per_hour=self.rates_per_hour)
