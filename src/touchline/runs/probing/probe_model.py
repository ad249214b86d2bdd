"""Probing a model: a few questions with known answers, through the engine that a run uses."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory

from touchline import __version__
from touchline.errors import UserError
from touchline.models import Card, Engine, Failure, Reply, Request, find_card, load_engine, mp4
from touchline.progress import Progress, ignore_progress
from touchline.runs.config.bench import Bench
from touchline.runs.config.model_entry import split_prompt
from touchline.runs.planning.plan import recipe_for
from touchline.runs.probing.coded_clips import Clip, draw_clips
from touchline.runs.probing.probe_file import PointFile, ProbeFile
from touchline.runs.probing.probe_questions import Kind, ProbeQuestion, question_messages, says_yes
from touchline.runs.probing.token_comparison import compare_tokens
from touchline.runs.probing.verdict import Answered, Verdict, judge, missing_places

MOST_FRAMES = 200
"""Codes have three digits, and no two frames of a probe have the same."""

_CLIPS = 3
_TIMES = 8
"""Questions of each kind about times: enough to be sure, few enough for a minute."""
_COLOURS = 4
_SHOWN = 8
_HEIGHT = 480
"""Of a frame whose card says nothing, as in a broadcast at 480p; 16:9."""

_TOKENS_A_CODE = 6
"""Of a list: three digits may be three tokens, then a comma, a space and one to spare."""


def probe(
    card: Card,
    frames: int | None = None,
    advance: Progress = ignore_progress,
    load: Callable[[Card], Engine] = load_engine,
    random: Random | None = None,
) -> ProbeFile:
    """Asks a model about rendered clips and judges what it sees.

    Args:
        card: the model.
        frames: how many a clip has; None takes as many as a window of the card.
        advance: called with the progress.
        load: loads the engine of the card.
        random: the source of all codes; None takes the system's.

    Raises:
        UserError: the model does not look at frames or cannot be asked, no question was answered,
            or there are too many frames.
        ComeBackLater: its endpoint says to ask later.
    """
    count = frames or _frames_of(card)
    _check(card, count)
    source = random or SystemRandom()
    clips = draw_clips(source, _CLIPS, count, _size_of(card))
    first = _first_questions(count)
    expected = len(first) + 2 * _TIMES + _COLOURS
    with TemporaryDirectory(prefix="touchline-probe-") as folder, closing(load(card)) as engine:
        videos = _videos(card, clips, Path(folder))
        replies = _ask(card, engine, clips, videos, first, lambda done: advance(done, expected))
        missing = missing_places(clips, _answered(replies))
        second = _second_questions(source, count, missing)
        total = len(first) + len(second)

        def report(done: int) -> None:
            advance(len(first) + done, total)

        replies += _ask(card, engine, clips, videos, second, report)
    verdict = _judged(card, clips, replies, missing)
    return ProbeFile(
        model=card.name,
        identity=card.identity(),
        touchline=__version__,
        at=datetime.now(UTC).replace(microsecond=0),
        frames=count,
        size=_size_of(card),
        answered=len(replies),
        asked=total,
        points={
            name: PointFile(says=one.says, why=one.why) for name, one in verdict.points.items()
        },
        faults=verdict.faults,
    )


def _judged(
    card: Card,
    clips: Sequence[Clip],
    replies: Sequence[tuple[ProbeQuestion, Reply]],
    missing: Sequence[int],
) -> Verdict:
    counted = {
        one.frames: reply.prompt_tokens
        for one, reply in replies
        if one.kind is Kind.COUNT and reply.prompt_tokens
    }
    shown = [
        (one.place in missing, said)
        for one, reply in replies
        if one.kind is Kind.IS_SHOWN and (said := says_yes(reply.text)) is not None
    ]
    tokens = compare_tokens(card, _size_of(card), counted)
    return judge(clips, _answered(replies), shown, tokens)


def probed_card(model: str, bench: Bench | None = None) -> Card:
    """The model that is meant, with the frames that it gets in a benchmark.

    Args:
        model: a name, an alias or the path of a card; in a benchmark, the name of a model of it.
        bench: takes the model from this benchmark; None takes the card as it is.

    Raises:
        UserError: there is no such model, or it is not offered.
    """
    if bench is None:
        card = find_card(model)
    else:
        cards = [find_card(split_prompt(entry)[0]) for entry in bench.models]
        found = next((one for one in cards if one.name == model), None)
        if found is None:
            raise UserError(
                f"the benchmark has no model '{model}': it has "
                f"{', '.join(one.name for one in cards)}."
            )
        card = found.model_copy(update={"sampling": recipe_for(found, bench.sampling)})
    if refusal := card.refusal():
        raise UserError(refusal)
    return card


def _frames_of(card: Card) -> int:
    frames = card.sampling.frames_per_window
    return min(frames, card.max_images or frames, MOST_FRAMES)


def _size_of(card: Card) -> tuple[int, int]:
    height = card.sampling.height or _HEIGHT
    return round(height * 16 / 9 / 2) * 2, height


def _check(card: Card, frames: int) -> None:
    if card.is_baseline:
        raise UserError(f"model '{card.name}' is a null baseline, which looks at no frames.")
    if card.frames_per_image > 1:
        raise UserError(
            f"model '{card.name}' pools frames ('dense'), and a probe asks about single ones: "
            "probe it without 'dense'."
        )
    if not 2 <= frames <= MOST_FRAMES:
        raise UserError(f"a probe shows 2 to {MOST_FRAMES} frames, not {frames}: change --frames.")
    if card.max_images is not None and frames > card.max_images:
        raise UserError(
            f"model '{card.name}' takes at most {card.max_images} images: give --frames no more."
        )


def _first_questions(frames: int) -> list[ProbeQuestion]:
    """Lists of three clips, and the counts whose tokens are compared."""
    steps = sorted({1, 2, frames // 2, frames} - {0})
    lists = [ProbeQuestion(Kind.LIST, clip, frames) for clip in range(_CLIPS)]
    return lists + [ProbeQuestion(Kind.COUNT, 0, step) for step in steps]


def _second_questions(random: Random, frames: int, missing: Sequence[int]) -> list[ProbeQuestion]:
    """Questions about single frames.

    Half of the questions whether a number is shown are about numbers that no list names.
    """
    later = range(1, frames)
    asked = []
    for kind, times in ((Kind.NUMBER_AT, _TIMES), (Kind.COLOUR_AT, _COLOURS), (Kind.WHEN, _TIMES)):
        places = random.sample(later, min(times, len(later)))
        asked += [ProbeQuestion(kind, 0, frames, place) for place in places]
    named = [place for place in range(frames) if place not in missing]
    if not missing or not named:
        return asked
    for group in (list(missing), named):
        some = random.sample(group, min(_SHOWN, len(group)))
        asked += [ProbeQuestion(Kind.IS_SHOWN, 0, frames, place) for place in some]
    return asked


def _ask(
    card: Card,
    engine: Engine,
    clips: Sequence[Clip],
    videos: Sequence[Path | None],
    questions: Sequence[ProbeQuestion],
    advance: Callable[[int], None],
) -> list[tuple[ProbeQuestion, Reply]]:
    """The questions that were answered, with their replies.

    Raises:
        UserError: none was.
    """
    by_key = {f"probe-{number}": one for number, one in enumerate(questions)}
    requests = (
        _request(card, clips[one.clip], videos[one.clip], key, one) for key, one in by_key.items()
    )
    found: list[tuple[ProbeQuestion, Reply]] = []
    failure: Failure | None = None
    for done, answer in enumerate(engine.replies(requests), 1):
        advance(done)
        if isinstance(answer, Failure):
            failure = answer
        else:
            found.append((by_key[answer.key], answer))
    if not found and failure is not None:
        raise UserError(
            f"model '{card.name}' answered no question of the probe ({failure.reason}: "
            f"{failure.message})."
        )
    return found


def _request(
    card: Card, clip: Clip, video: Path | None, key: str, question: ProbeQuestion
) -> Request:
    as_images = _frames_as(card) == "images"
    messages = question_messages(question, clip, with_times=as_images)
    if card.prompt_prefix:
        messages = messages.with_prefix(card.prompt_prefix)
    limit = card.generation.max_new_tokens
    longest = None if limit is None else max(limit, _TOKENS_A_CODE * question.frames)
    return Request(
        key=key,
        window=clip.window(question.clip, question.frames),
        messages=messages,
        read_frames=lambda: clip.jpegs[: question.frames],
        generation=card.generation.model_copy(update={"max_new_tokens": longest, "samples": 1}),
        video=video,
    )


def _videos(card: Card, clips: Sequence[Clip], folder: Path) -> list[Path | None]:
    """Each clip as a file, for an engine that takes the video itself; None for the others."""
    if _frames_as(card) != "video":
        return [None] * len(clips)
    files = [folder / f"clip-{number}.mp4" for number in range(len(clips))]
    for file, clip in zip(files, clips, strict=True):
        file.write_bytes(mp4(clip.jpegs, clip.times_ms))
    return list(files)


def _frames_as(card: Card) -> str:
    """How frames are sent; as images where a card does not say."""
    form: str = getattr(card, "frames_as", "images")
    return form


def _answered(replies: Iterable[tuple[ProbeQuestion, Reply]]) -> list[Answered]:
    return [Answered(question, reply.text) for question, reply in replies]
