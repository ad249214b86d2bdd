"""Parsing one reply: its outcome, and the events that it reports."""

from dataclasses import replace

from touchline.games import Task
from touchline.models import Ending, ending_of
from touchline.prompts import MatchContext
from touchline.replies.class_names import (
    NULLS,
    PLACEHOLDERS,
    LabelReader,
    is_null,
    label_reader,
    normalized,
)
from touchline.replies.confidences import parse_confidence
from touchline.replies.logprobs import Tokens, label_logprobs
from touchline.replies.parsers.registry import PARSERS
from touchline.replies.preprocess import ends_in_thought, extract_answer
from touchline.replies.raw_events import RawEvent
from touchline.replies.read_policy import ReadPolicy
from touchline.replies.refusals import is_refusal
from touchline.replies.teams import parse_team
from touchline.replies.times import parse_time
from touchline.replies.truncation import drop_partial_value, is_cut_off, truncate_middle
from touchline.replies.types import Detection, Outcome, Reading
from touchline.video import Window

_DEFAULT = ReadPolicy()
_TEAM_KEYS = ("team", "side", "team_name", "club")
_CONFIDENCE_KEYS = ("confidence", "confidence_score", "score", "probability", "certainty")
_DETAIL_KEYS = ("details", "detail", "description", "subtype")
_NOT_EVENTS = PLACEHOLDERS | NULLS
_MAX_LABEL = 80
_NO_TOKENS_LEFT = (
    "its tokens were used up before an answer began, as thinking does: give the model a "
    "thinking_allowance, or less to think"
)


def parse_reply(  # noqa: PLR0913, PLR0917  (all that is known about a reply)
    text: str,
    finish_reason: str | None,
    window: Window,
    task: Task,
    first_frame: int = 1,
    policy: ReadPolicy = _DEFAULT,
    context: MatchContext | None = None,
    prompt: str | None = None,
    *,
    tokens: Tokens = (),
) -> Reading:
    """Reads the reply of a model about a window.

    Args:
        text: the raw reply.
        finish_reason: why the engine says that it ended, or None.
        window: the window that was asked about.
        task: the classes that were asked for.
        first_frame: the number that the prompt gives to the window's first frame.
        policy: how ambiguous replies are read.
        context: names and kits of the teams, where they are known.
        prompt: the prompt's text, so that an echo of it can be removed.
        tokens: text and log-probability of each generated token, where the engine gave them.

    Returns:
        The reading; there is exactly one for any text, and this function never raises.
    """
    ending = ending_of(finish_reason)
    if ending is Ending.FAILED:
        return failed_reading(window, f"an error ended the answer: {finish_reason}")
    if ending is Ending.REFUSED:
        return Reading(window, Outcome.REFUSED, note=f"the endpoint stopped it: {finish_reason}")
    answer = extract_answer(text, prompt)
    only_thoughts = not answer and ends_in_thought(text)
    was_cut = ending is Ending.TRUNCATED or only_thoughts or (ending is None and is_cut_off(answer))
    complete = drop_partial_value(answer) if was_cut else answer
    parser, events = _first_parser(complete, task, policy.max_events)
    if events is None and is_refusal(answer):
        return Reading(window, Outcome.REFUSED)
    notes = [] if events is None or len(events) < policy.max_events else [_too_many(policy)]
    detections: list[Detection] = []
    if events:
        labels = label_reader(task, policy)
        for event in events:
            detections += _detections(event, window, first_frame, policy, context, labels, notes)
    if tokens:
        detections = _with_logprobs(detections, text, answer, tokens)
    outcome = _outcome(was_cut, events, detections)
    if was_cut and not answer:
        notes.append(_NO_TOKENS_LEFT)
    elif was_cut and ending is None:
        named = f"the reason {finish_reason!r}" if finish_reason else "no reason"
        notes.append(f"the text ends inside an object though the engine named {named}")
    if outcome is Outcome.UNREADABLE:
        notes.append(_why_unreadable(answer))
        parser = None
    return Reading(window, outcome, tuple(detections), parser, "; ".join(dict.fromkeys(notes)))


def failed_reading(window: Window, message: str) -> Reading:
    """The reading of a window that could not be asked; it is counted and never means "nothing"."""
    return Reading(window, Outcome.FAILED, note=message)


def _first_parser(text: str, task: Task, limit: int) -> tuple[str | None, list[RawEvent] | None]:
    """The name of the first parser that can read the text, and the events that it found."""
    for name, parse, any_length in PARSERS:
        events = parse(text if any_length else truncate_middle(text), task, limit)
        if events is not None:
            return name, events
    return None, None


def _outcome(was_cut: bool, events: list[RawEvent] | None, detections: list[Detection]) -> Outcome:
    if was_cut:
        return Outcome.TRUNCATED
    if events is None:
        return Outcome.UNREADABLE
    if detections:
        return Outcome.EVENTS
    only_echo = bool(events) and not any(is_null(event.label) for event in events)
    return Outcome.UNREADABLE if only_echo else Outcome.NOTHING


def _detections(
    event: RawEvent,
    window: Window,
    first_frame: int,
    policy: ReadPolicy,
    context: MatchContext | None,
    labels: LabelReader,
    notes: list[str],
) -> list[Detection]:
    """The detections of an event: mostly one, two for "Foul, Yellow card"."""
    fields = event.fields
    if normalized(event.label) in _NOT_EVENTS:
        return []
    position, source, is_outside = parse_time(fields, window, first_frame, policy.slack_ms)
    if is_outside:
        notes.append("a named time lies outside the window: the centre stands in its place")
    team = parse_team(_first(fields, _TEAM_KEYS), policy, context)
    confidence = parse_confidence(_first(fields, _CONFIDENCE_KEYS))
    return [
        Detection(label, raw_label[:_MAX_LABEL], position, source, team, confidence)
        for raw_label, label in _labels(event, labels, policy)
    ]


def _with_logprobs(
    detections: list[Detection], text: str, answer: str, tokens: Tokens
) -> list[Detection]:
    """The detections with their labels' log-probabilities; the answer is the end of the text."""
    raw_labels = [one.raw_label for one in detections]
    logprobs = label_logprobs(text, tokens, raw_labels, max(0, text.rfind(answer)))
    return [
        replace(one, label_logprob=found) for one, found in zip(detections, logprobs, strict=True)
    ]


def _labels(
    event: RawEvent, labels: LabelReader, policy: ReadPolicy
) -> list[tuple[str, str | None]]:
    """Names as they were written, each with its class or None."""
    if label := labels.class_of(event.label):
        return [(event.label, label)]
    if policy.headings and labels.is_heading(event.label):
        details = _first(event.fields, _DETAIL_KEYS)
        return [(event.label, labels.class_of(details) if isinstance(details, str) else None)]
    return [(part, labels.class_of(part)) for part in labels.parts_of(event.label)]


def _first(fields: object, keys: tuple[str, ...]) -> object:
    get = fields.get  # type: ignore[attr-defined]
    for key in keys:
        if (value := get(key)) is not None:
            return value
    return None


def _too_many(policy: ReadPolicy) -> str:
    return f"only the first {policy.max_events} events were read"


def _why_unreadable(answer: str) -> str:
    if not answer:
        return "the reply is empty"
    if "{" in answer or "[" in answer:
        return "objects in which no event is named"
    return "text that names no class"
