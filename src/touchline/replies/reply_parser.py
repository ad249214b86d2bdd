"""Parsing one reply: its outcome, and the events that it reports."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from touchline.games import Task
from touchline.models import Ending, ending_of, ran_out_of_tokens
from touchline.prompts import MatchContext
from touchline.replies.budget import MAX_VALUES, Budget
from touchline.replies.class_names import LabelReader, is_null, is_placeholder, label_reader
from touchline.replies.cleaning.final_answer import final_answer
from touchline.replies.cleaning.preprocess import extract_answer
from touchline.replies.cleaning.reasoning import ends_in_thought
from touchline.replies.cleaning.refusals import cannot_look, is_refusal
from touchline.replies.cleaning.truncation import (
    MAX_CHARACTERS,
    drop_partial_value,
    is_cut_off,
    part_to_read,
    truncate_middle,
)
from touchline.replies.confidences import parse_confidence
from touchline.replies.logprobs import Tokens, label_logprobs
from touchline.replies.parsers.registry import IN_WORDS, PARSERS, Parser
from touchline.replies.raw_events import RawEvent
from touchline.replies.read_policy import ReadPolicy
from touchline.replies.teams import parse_team
from touchline.replies.times import parse_time
from touchline.replies.types import Detection, Outcome, Reading
from touchline.video import Window

_DEFAULT = ReadPolicy()
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
    whole = extract_answer(text, prompt)
    answer = part_to_read(whole)
    only_thoughts = not answer and ends_in_thought(text)
    was_cut = ending is Ending.TRUNCATED or only_thoughts or (ending is None and is_cut_off(answer))
    complete = drop_partial_value(answer) if was_cut else answer
    labels = label_reader(task, policy)
    read = _read(complete, labels.task, policy.max_events)
    parser, events = read.parser, read.events
    if not events and _is_refused(parser, events, answer):
        return Reading(window, Outcome.REFUSED)
    notes = _left_out(read, policy) if answer is whole else [_ONLY_ENDS, *_left_out(read, policy)]
    detections: list[Detection] = []
    for event in events or ():
        detections += _detections(event, window, first_frame, policy, context, labels, notes)
    if tokens:
        detections = _with_logprobs(detections, text, read.text, tokens)
    if len(detections) > 1:
        detections = _each_once(detections, notes)
    outcome = _outcome(was_cut, events, detections)
    if was_cut and (not answer or ending is None):
        notes.append(_why_cut(answer, finish_reason, only_thoughts))
    if outcome is Outcome.UNREADABLE:
        notes.append(_why_unreadable(text, answer))
        parser = None
    note = "; ".join(dict.fromkeys(notes)) if notes else ""
    return Reading(window, outcome, tuple(detections), parser, note)


def failed_reading(window: Window, message: str) -> Reading:
    """The reading of a window that could not be asked; it is counted and never means "nothing"."""
    return Reading(window, Outcome.FAILED, note=message)


class _Read(NamedTuple):
    """What was read from an answer.

    Attributes:
        parser: the first parser that could read it, or None.
        events: that it found, or None.
        text: the part of the answer that it read: the final one of several.
        left_out: what it did not read of that, in words.
    """

    parser: str | None
    events: list[RawEvent] | None
    text: str
    left_out: Sequence[str] = ()


def _read(text: str, task: Task, max_events: int) -> _Read:
    """What is read from the final answer in a text.

    What is one value or one fenced block has no draft before it.
    """
    is_one_value = text[:1] in ("{", "[")
    if is_one_value:
        read = _with_parsers(PARSERS[:1], text, task, max_events)
        if read.events is not None:
            return read
    is_one_block = text.startswith("```") and text.find("```", 3) == len(text) - 3
    if not is_one_block:
        final = final_answer(truncate_middle(text))
        if final is not None:
            read = _with_parsers(PARSERS, final, task, max_events)
            if read.events is not None:
                return read
    return _with_parsers(PARSERS[1:] if is_one_value else PARSERS, text, task, max_events)


def _with_parsers(parsers: Sequence[Parser], text: str, task: Task, max_events: int) -> _Read:
    """What the first parser reads that can."""
    length = len(text)
    budget = Budget(max_events)
    for name, parse, max_characters in parsers:
        part = text if length <= max_characters else truncate_middle(text, max_characters)
        events = parse(part, task, budget)
        if events is not None:
            left_out = (
                budget.left_out if part is text else [*budget.left_out, _only_ends(max_characters)]
            )
            return _Read(name, events, text, left_out)
        if (
            budget.values < MAX_VALUES or budget.left_out
        ):  # what a parser reads in vain is not left out
            budget = Budget(max_events)
    return _Read(None, None, text, [_ONLY_ENDS] if length > MAX_CHARACTERS else [])


def _is_refused(parser: str | None, events: list[RawEvent] | None, answer: str) -> bool:
    """Whether a reply without an event declines, rather than say that there is none."""
    if events is None:
        return is_refusal(answer)
    return parser in IN_WORDS and cannot_look(answer)


def _each_once(detections: list[Detection], notes: list[str]) -> list[Detection]:
    """The detections without repetitions: of an event that is said again, the last counts.

    What a model says twice it is not surer of, and a loop says the same many times.
    """
    last: dict[tuple[str, int], list[Detection]] = {}
    kept: list[Detection] = []
    for one in detections:
        same = last.setdefault((one.label or one.raw_label.casefold(), one.position_ms), [])
        earlier = next((e for e in same if None in (e.team, one.team) or e.team == one.team), None)
        if earlier is None:
            kept.append(one)
            same.append(one)
            continue
        merged = replace(
            one,
            team=one.team or earlier.team,
            confidence=earlier.confidence if one.confidence is None else one.confidence,
        )
        kept[kept.index(earlier)] = merged
        same[same.index(earlier)] = merged
        notes.append("an event that is said more than once counts once")
    return kept


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
    if is_null(event.label) or is_placeholder(event.label):
        return []
    clock_start_ms = labels.task.clock_start_ms(window.half)
    position, source, note = parse_time(
        event.times, window, first_frame, policy.slack_ms, clock_start_ms
    )
    if note:
        notes.append(note)
    team = parse_team(event.team, policy, context, labels.task.teams)
    confidence = parse_confidence(event.confidence)
    return [
        Detection(label, name[:_MAX_LABEL], position, source, team, confidence, None, event.rule)
        for name, label in _labels(event, labels, policy)
    ]


def _with_logprobs(
    detections: list[Detection], text: str, read_text: str, tokens: Tokens
) -> list[Detection]:
    """The detections with their labels' log-probabilities, in the part that was read."""
    raw_labels = [one.raw_label for one in detections]
    logprobs = label_logprobs(text, tokens, raw_labels, max(0, text.rfind(read_text)))
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
        details = event.details
        return [(event.label, labels.class_of(details) if isinstance(details, str) else None)]
    return [(part, labels.class_of(part)) for part in labels.parts_of(event.label)]


def _only_ends(characters: int) -> str:
    return f"only the first and the last {characters // 2:,} characters were read"


_ONLY_ENDS = _only_ends(MAX_CHARACTERS)


def _left_out(read: _Read, policy: ReadPolicy) -> list[str]:
    if read.events is not None and len(read.events) >= policy.max_events:
        return [*read.left_out, f"only the first {policy.max_events} events were read"]
    return [*read.left_out]


def _why_cut(answer: str, finish_reason: str | None, only_thoughts: bool) -> str:
    if not answer and (only_thoughts or ran_out_of_tokens(finish_reason)):
        return _NO_TOKENS_LEFT
    if not answer:
        return f"it ended before an answer began, for the reason {finish_reason!r}"
    named = f"the reason {finish_reason!r}" if finish_reason else "no reason"
    return f"the text ends inside an object though the engine named {named}"


def _why_unreadable(text: str, answer: str) -> str:
    if not answer and text.strip("\ufeff \t\r\n\0"):
        return "the reply holds no answer beside its reasoning"
    if not answer:
        return "the reply is empty"
    if "{" in answer or "[" in answer:
        return "objects in which no event is named"
    return "text that names no class"
