"""What a benchmark resolves to: games, cards, frame specs, the prompt, and class priors."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from touchline import __version__
from touchline.errors import UserError
from touchline.games import Game, read_games, task_facts
from touchline.models import (
    ASSETS,
    BASELINES,
    OF_CLAIMS,
    SOUND_BASELINE,
    BaselineCard,
    Card,
    ClassPriors,
    count_sets,
    find_card,
    general_class_priors,
    split_control,
)
from touchline.prompts import LEAKAGE_PRONE, Template, load_template, tracks_used
from touchline.runs.config.bench import Bench, write_bench
from touchline.runs.config.model_entry import ModelEntry
from touchline.runs.planning.plan_file import (
    OF_ALL_MODELS,
    VERSION,
    GamePlan,
    HalfPlan,
    ModelPlan,
    PlanFile,
    PromptPlan,
)
from touchline.runs.planning.planned_videos import Videos, probe_videos, why_no_sound
from touchline.runs.planning.preflight import check_inputs
from touchline.runs.planning.prior_run import with_prior_spots
from touchline.runs.run_folder import RunFolder
from touchline.runs.sweep.sweep_cells import AskedEntry, asked_entries, refuse_many_rows
from touchline.video import FrameSpec

_DEFAULT_SPEC = FrameSpec()
_PACKAGES = ("av", "numpy", "openai", "pillow", "simplejpeg", "torch", "transformers")


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """One model of a benchmark.

    Attributes:
        card: its facts and how it is reached.
        recipe: how frames and windows are taken for it.
        identity: the facts that its replies are known by.
        template: its prompt.
        merging: settings that it has in place of the benchmark's, by name.
        cell: of a cell of a sweep, the value of each setting that is swept.
        has_own_prompt: whether its prompt is another one than the benchmark's.
    """

    card: Card
    recipe: FrameSpec
    identity: dict[str, Any]
    template: Template
    merging: Mapping[str, Any] = field(default_factory=dict)
    cell: Mapping[str, Any] = field(default_factory=dict)
    has_own_prompt: bool = False

    @property
    def name(self) -> str:
        """Its name on the leaderboard and in the run's folders."""
        return self.card.name

    def plan(self) -> ModelPlan:
        """The model as it is written in `plan.json`."""
        return ModelPlan(
            card=self.card.facts(),
            recipe=self.recipe,
            identity=self.identity,
            prompt=_prompt_plan(self.template) if self.has_own_prompt else None,
            merging=dict(self.merging),
            cell=dict(self.cell),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A benchmark, resolved.

    Attributes:
        name: of the benchmark.
        bench: as the user wrote it.
        games: the games with their halves and labels.
        template: the prompt of all models that have none of their own.
        models: the models, null baselines last where there is truth to score them on.
        rates: of the classes, for the null baselines.
        videos: what is known of the video of each half.
    """

    name: str
    bench: Bench
    games: tuple[Game, ...]
    template: Template
    models: tuple[PlannedModel, ...]
    rates: ClassPriors
    videos: Videos

    @property
    def labelled(self) -> bool:
        """Whether any game has labels to score against."""
        return any(game.labels is not None for game in self.games)


def build_plan(bench: Bench, name: str, known: Videos | None = None) -> Plan:
    """Resolves a benchmark; every mistake that can be found before a model is asked is found here.

    Args:
        bench: the benchmark.
        name: what the run is called.
        known: videos of an earlier plan of it (see `probe_videos`).

    Raises:
        UserError: data, models or prompt are not what the benchmark says.
    """
    root = data_root(bench.data.root)
    games = read_games(root, bench.task, bench.data.games, bench.data.halves, bench.data.split)
    return build_plan_for_games(bench, name, games, known)


def build_plan_for_games(
    bench: Bench, name: str, games: Sequence[Game], known: Videos | None = None
) -> Plan:
    """As `build_plan`, for games that were read already."""
    labelled = any(game.labels is not None for game in games)
    videos = probe_videos(games, known or {})
    _refuse_repeated(bench.models)
    if bench.sweep is not None:
        refuse_many_rows(bench.sweep, len(bench.models), videos, bench.sampling)
    baselines = baselines_for(videos) if labelled else []
    named = {one for one in bench.models if isinstance(one, str)}
    entries = [
        *asked_entries(bench),
        *(AskedEntry(one, bench.sampling) for one in baselines if one not in named),
    ]
    template = load_template(bench.prompt, bench.task)
    cards = [find_card(entry.entry) for entry in entries]
    if refusals := dict.fromkeys(filter(None, (card.refusal() for card in cards))):
        raise UserError(" ".join(refusals))
    models = tuple(
        _planned(card, entry, bench, template) for card, entry in zip(cards, entries, strict=True)
    )
    _refuse_duplicates(models)
    for one in {model.template.sha256: model.template for model in models}.values():
        check_inputs(one, [model.recipe for model in models], games, videos)
    rates = general_class_priors(
        bench.task,
        models[-1].recipe.stride_ms,
        {game.id: game.labels for game in games if game.labels is not None},
        {
            (game.id, half.number): videos[half.video].claimed_ms
            for game in games
            for half in game.halves
        },
    )
    models = tuple(_with_rates(model, rates) for model in models)
    plan = Plan(name, bench, tuple(games), template, models, rates, videos)
    _refuse_controls_alone(plan)
    return plan


def baselines_for(videos: Videos) -> list[str]:
    """The baselines of every leaderboard; the one that uses the sound only if there is any."""
    no_sound = why_no_sound(videos) is not None
    return [name for name in BASELINES if not (no_sound and name == SOUND_BASELINE)]


def data_root(root: str) -> Path:
    """The folder of a benchmark's games."""
    if root.startswith("builtin:"):
        folder = Path(str(ASSETS / "matches" / root.removeprefix("builtin:")))
        if not folder.is_dir():
            raise UserError(f"data.root '{root}' does not ship with touchline.")
        return folder
    return Path(root)


def asked_cards(plan: Plan) -> list[Card]:
    """The cards of all models that a benchmark asks, that of the match context among them."""
    context = plan.bench.context
    more = [] if context is None or context.ask is None else [find_card(context.ask)]
    return [*(model.card for model in plan.models), *more]


def with_current_weights(plan: Plan) -> Plan:
    """A plan made before its models were downloaded, with what identifies their weights now.

    A checkpoint without a pinned revision is known by its commit once it is on this machine.
    """
    models = (replace(one, identity=one.identity | one.card.identity()) for one in plan.models)
    return replace(plan, models=tuple(models))


def write_plan(plan: Plan, folder: Path) -> None:
    """Writes `bench.yaml` and `plan.json` into a run's folder."""
    write_bench(plan.bench, RunFolder(folder).bench)
    plan_file(plan).write(folder)


def plan_file(plan: Plan) -> PlanFile:
    """The plan as stored in a run's folder."""
    models = tuple(model.plan() for model in plan.models)
    differs = any(model.prompt or model.merging or model.cell for model in models)
    return PlanFile(
        version=VERSION if differs else OF_ALL_MODELS,
        name=plan.name,
        touchline=__version__,
        versions=_versions(),
        root=str(data_root(plan.bench.data.root)),
        prompt=_prompt_plan(plan.template),
        rates_per_hour=dict(plan.rates.per_hour),
        rates_source=plan.bench.task.rates_source,
        data=plan.bench.data,
        games=tuple(game_plan(game, plan.videos) for game in plan.games),
        models=models,
        task=task_facts(plan.bench.task),
    )


def plan_of_model(plan: PlanFile, name: str) -> PlannedModel:
    """A model of a stored plan.

    Raises:
        UserError: the plan has no such model, or its card or prompt cannot be used.
    """
    model = plan.model(name)
    template = plan.prompt_of(model).template(plan.task)
    return PlannedModel(model.load_card(), model.recipe, model.identity, template)


def _prompt_plan(template: Template) -> PromptPlan:
    tracks = tracks_used(template)
    return PromptPlan(
        name=template.name,
        sha256=template.sha256,
        source=template.source,
        schema=template.schema,
        tracks=tuple(tracks),
        leakage_prone=tuple(one for one in tracks if one in LEAKAGE_PRONE),
    )


def _planned(card: Card, entry: AskedEntry, bench: Bench, template: Template) -> PlannedModel:
    spec = with_prior_spots(
        recipe_for(card, entry.sampling, bench.task_sampling),
        entry.sampling.over(card.sampling).adaptive,
    )
    own = entry.prompt not in (None, bench.prompt)
    return PlannedModel(
        card=card,
        recipe=spec,
        identity=card.identity(),
        template=load_template(entry.prompt, bench.task) if own and entry.prompt else template,
        merging=entry.merging,
        cell=entry.cell,
        has_own_prompt=own,
    )


def _with_rates(model: PlannedModel, rates: ClassPriors) -> PlannedModel:
    """A null baseline's answers depend on the rates, so its identity has them."""
    if not isinstance(model.card, BaselineCard):
        return model
    return replace(model, identity=model.identity | rates.identity(by_minute=model.card.uses_clock))


def recipe_for(card: Card, sampling: FrameSpec, of_task: FrameSpec = _DEFAULT_SPEC) -> FrameSpec:
    """The user's sampling where it was given, else the card's, the task's, or the default.

    Raises:
        UserError: a window would hold more frames than the model takes, or frames that are too
            close together for it.
    """
    spec = sampling.over(card.sampling.over(of_task))
    if refusal := card.sampling_refusal(spec):
        raise UserError(refusal)
    frames = spec.frames_per_window
    if (
        card.max_images is not None
        and count_sets(frames, card.frames_per_image) > card.max_images
        and card.too_many_images == "refuse"
    ):
        rate = "" if spec.frames else f" of {spec.window_ms / 1000:g} s at {spec.fps:g} fps"
        setting = "sampling.frames" if spec.frames else "sampling.fps or sampling.window"
        raise UserError(
            f"model '{card.name}' takes at most {card.max_images} images, and windows{rate} have "
            f"{frames}: lower {setting}, or set 'too_many_images: subsample' for the model."
        )
    return spec


def _refuse_repeated(models: Sequence[ModelEntry]) -> None:
    shown = [one if isinstance(one, str) else json.dumps(one, default=str) for one in models]
    repeated = next((one for one in shown if shown.count(one) > 1), None)
    if repeated:
        raise UserError(
            f"models has {repeated} twice: remove one, or give one of them a name of its own, such "
            "as {use: demo, name: demo-again}."
        )


def _refuse_duplicates(models: Sequence[PlannedModel]) -> None:
    names = [model.name for model in models]
    duplicate = next((name for name in names if names.count(name) > 1), None)
    if duplicate:
        raise UserError(f"two models are called '{duplicate}': give one of them another name.")


def _refuse_controls_alone(plan: Plan) -> None:
    """A control of claims needs the claims of its model, which is asked in the same run."""
    of_claims = [model for model in plan.models if model.card.control in OF_CLAIMS]
    file = plan_file(plan) if of_claims else None
    for model in of_claims:
        if file is not None and not file.control_of(model.name):
            raise UserError(
                f"model '{model.name}' is shown frames that its model's own claims choose: add "
                f"'{split_control(model.name)[0]}' to models."
            )


def game_plan(game: Game, videos: Videos) -> GamePlan:
    """A game with what is known of its videos, as stored in a run's folder."""
    halves = (
        HalfPlan(number=half.number, video=half.video, **asdict(videos[half.video]))
        for half in game.halves
    )
    return GamePlan(id=game.id, labels=game.labels, halves=tuple(halves))


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
