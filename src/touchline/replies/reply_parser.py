"""One reply, read: its outcome, and what it claims."""

from dataclasses import replace

from touchline.prompts import MatchContext
from touchline.replies.confidences import confidence_of
from touchline.replies.detections import Claim
from touchline.replies.labels import HEADINGS, PLACEHOLDERS, class_of, folded, is_null, parts_of
from touchline.replies.logprobs import Tokens, label_logprobs
from touchline.replies.parsers import LADDER
from touchline.replies.preprocess import clean
from touchline.replies.read_policy import ReadPolicy
from touchline.replies.refusals import is_refusal
from touchline.replies.teams import team_of
from touchline.replies.times import time_of
from touchline.replies.truncation import cut_is_evident, shortened, without_cut_value
from touchline.replies.types import Detection, Outcome, Reading
from touchline.video import Window

CUT_REASONS = frozenset({"length", "max_tokens", "max_token", "max_length", "max_output_tokens"})
"""Finish reasons, in lower case, that mean that the answer was cut short."""

BLOCKED_REASONS = frozenset(
    {"content_filter", "safety", "prohibited_content", "blocklist", "recitation", "refusal", "spii"}
)
"""Finish reasons, in lower case, by which an endpoint says that it declined to answer."""

_DEFAULT = ReadPolicy()
_TEAM_KEYS = ("team", "side", "team_name", "club")
_CONFIDENCE_KEYS = ("confidence", "confidence_score", "score", "probability", "certainty")
_DETAIL_KEYS = ("details", "detail", "description", "subtype")
_SAID_CHARACTERS = 80


def parse_reply(  # noqa: PLR0913  (all that is known of a reply)
    text: str,
    finish_reason: str | None,
    window: Window,
    first_frame: int = 1,
    policy: ReadPolicy = _DEFAULT,
    context: MatchContext | None = None,
    prompt: str | None = None,
    *,
    tokens: Tokens = (),
) -> Reading:
    """Reads what a model said about a window.

    Args:
        text: the raw reply.
        finish_reason: what the engine says of its end, or None.
        window: what was asked about.
        first_frame: the number that the prompt gave to the window's first frame.
        policy: how ambiguous words are read.
        context: names and kits of the teams, where they are known.
        prompt: the prompt's text, so that an echo of it can be cut away.
        tokens: text and log-probability of each generated token, where the engine gave them.

    Returns:
        The reading; whatever the text, there is exactly one, and it never raises.
    """
    reason = (finish_reason or "").casefold()
    if reason in BLOCKED_REASONS:
        return Reading(window, Outcome.REFUSED, note=f"the endpoint stopped it: {finish_reason}")
    answer = clean(text, prompt)
    was_cut = reason in CUT_REASONS or (not reason and cut_is_evident(answer))
    rung, claims = _climb(without_cut_value(answer) if was_cut else answer, policy.max_events)
    if claims is None and is_refusal(answer):
        return Reading(window, Outcome.REFUSED)
    notes = [] if claims is None or len(claims) < policy.max_events else [_too_many(policy)]
    detections: list[Detection] = []
    for claim in claims or ():
        detections.extend(_detections(claim, window, first_frame, policy, context, notes))
    if tokens:
        detections = _with_logprobs(detections, text, answer, tokens)
    outcome = _outcome(was_cut, claims, detections)
    if was_cut and not reason:
        notes.append("the text ends inside an object though the engine named no reason")
    if outcome is Outcome.UNREADABLE:
        notes.append(_why_unreadable(answer))
        rung = None
    return Reading(window, outcome, tuple(detections), rung, "; ".join(dict.fromkeys(notes)))


def failed_reading(window: Window, message: str) -> Reading:
    """The reading of a window that could not be asked: counted, and never taken for "nothing"."""
    return Reading(window, Outcome.FAILED, note=message)


def _climb(text: str, most: int) -> tuple[str | None, list[Claim] | None]:
    """The first rung of the ladder that reads the text, and what it found."""
    for name, reader, any_length in LADDER:
        claims = reader(text if any_length else shortened(text), most)
        if claims is not None:
            return name, claims
    return None, None


def _outcome(was_cut: bool, claims: list[Claim] | None, detections: list[Detection]) -> Outcome:
    if was_cut:
        return Outcome.TRUNCATED
    if claims is None:
        return Outcome.UNREADABLE
    if detections:
        return Outcome.EVENTS
    only_echo = bool(claims) and not any(is_null(claim.label) for claim in claims)
    return Outcome.UNREADABLE if only_echo else Outcome.NOTHING


def _detections(
    claim: Claim,
    window: Window,
    first_frame: int,
    policy: ReadPolicy,
    context: MatchContext | None,
    notes: list[str],
) -> list[Detection]:
    """What a claim comes to: mostly one detection, two for "Foul, Yellow card"."""
    fields = claim.fields
    if folded(claim.label) in PLACEHOLDERS or is_null(claim.label):
        return []
    position, source, distrusted = time_of(fields, window, first_frame, policy.slack_ms)
    if distrusted:
        notes.append("a named time lies outside the window: the centre stands in its place")
    team = team_of(_first(fields, _TEAM_KEYS), policy, context)
    confidence = confidence_of(_first(fields, _CONFIDENCE_KEYS))
    return [
        Detection(label, said[:_SAID_CHARACTERS], position, source, team, confidence)
        for said, label in _labels(claim, policy)
    ]


def _with_logprobs(
    detections: list[Detection], text: str, answer: str, tokens: Tokens
) -> list[Detection]:
    """The detections with their labels' log-probabilities; the answer is the end of the text."""
    said = [one.said for one in detections]
    likely = label_logprobs(text, tokens, said, max(0, text.rfind(answer)))
    return [
        replace(one, label_logprob=found) for one, found in zip(detections, likely, strict=True)
    ]


def _labels(claim: Claim, policy: ReadPolicy) -> list[tuple[str, str | None]]:
    """Names as they were written, each with its class or None."""
    label = class_of(claim.label, policy)
    if label:
        return [(claim.label, label)]
    if policy.headings and folded(claim.label) in HEADINGS:
        details = _first(claim.fields, _DETAIL_KEYS)
        label = class_of(details, policy) if isinstance(details, str) else None
        return [(claim.label, label)]
    return [(part, class_of(part, policy)) for part in parts_of(claim.label, policy)]


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
