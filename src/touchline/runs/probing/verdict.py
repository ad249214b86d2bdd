"""From the answers of a probe to its verdict.

Models misread and miscount, so a wrong answer accuses nobody. A fault is named only where answers
agree with what that fault would show and chance does not explain it: the codes were drawn at random
for this probe, so an answer that does not come from a frame equals its code by a known chance. With
`FALSE_ALARM` over all tests together, an honest server is accused in at most one probe of 100.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from touchline.runs.probing.coded_clips import CODES, COLOURS, STEP_MS, Clip
from touchline.runs.probing.exact_tests import fisher, longest_increasing, tail
from touchline.runs.probing.probe_questions import (
    Kind,
    ProbeQuestion,
    codes_in,
    colours_in,
    numbers_in,
)
from touchline.runs.probing.token_comparison import TokenFinding, Tokens

FALSE_ALARM = 0.01
"""The probability that a probe of an honest server names a fault, at most."""

_TESTS = 5
"""Of answers: cache, order, twice, dropped, one frame a second."""

_ALPHA = FALSE_ALARM / _TESTS

_OUT_OF_ORDER = 0.25
"""Share of the numbers out of place from which on frames count as reordered."""

_FEWEST_OUT = 3

_REPEATED = 0.5
_FEWEST_REPEATED = 3
"""A model that gets stuck repeats one number; a server that shows frames twice repeats them all."""


class Says(StrEnum):
    """The verdict on one point."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "cannot say"


@dataclass(frozen=True, slots=True)
class Point:
    """The verdict on one point, and what it rests on."""

    says: Says
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a probe found.

    Attributes:
        points: by name: "frames" (all are seen), "order", "times", "fresh" (answers are about
            what was sent), "tokens" (the endpoint's counts agree with the card).
        faults: what is wrong, each in a clause; empty where nothing was shown to be.
    """

    points: Mapping[str, Point]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the probe with the text of its answer."""

    question: ProbeQuestion
    text: str


def missing_places(clips: Sequence[Clip], answers: Sequence[Answered]) -> list[int]:
    """Places, from 0, of the frames whose number is in no list; more is asked about them."""
    seen = {place for places in _listed(clips, answers) for place in places}
    return [place for place in range(len(clips[0].codes)) if place not in seen]


def judge(
    clips: Sequence[Clip],
    answers: Sequence[Answered],
    is_shown: Sequence[tuple[bool, bool]],
    tokens: TokenFinding,
) -> Verdict:
    """The verdict on a model.

    Args:
        clips: what was shown.
        answers: of all questions that were answered.
        is_shown: for every answer about whether a number is shown, whether the number was missing
            from the lists, and whether the answer was yes.
        tokens: what the endpoint's counts say.
    """
    lists = [one for one in answers if one.question.kind is Kind.LIST]
    if _is_stale(clips, lists):
        return _stale_verdict(tokens)
    listed = _listed(clips, answers)
    token_fault = _token_fault(tokens, len(clips[0].codes))
    dropped, twice, jumbled = None, None, None
    if tokens.says is not Tokens.IGNORED:
        twice = _twice(clips, lists) if tokens.says is not Tokens.DOUBLED else None
        jumbled = _jumbled(clips, lists)
        if tokens.says not in (Tokens.AGREE, Tokens.DROPPED):
            dropped = _dropped(clips, answers, is_shown)
    places_hold = not (dropped or twice or jumbled or tokens.says in _MISPLACED)
    hits, too_fast = _times(clips, answers)
    fast = "assumes one frame a second" if too_fast and places_hold else None
    faults = tuple(one for one in (token_fault, dropped, twice, jumbled, fast) if one)
    lost = dropped or (token_fault if tokens.says in (Tokens.DROPPED, Tokens.IGNORED) else None)
    points = {
        "frames": _frames_point(listed, len(clips[0].codes), lost),
        "order": _order_point(listed, jumbled),
        "times": Point(Says.NO, fast) if fast else _times_point(hits, places_hold=places_hold),
        "fresh": _fresh_point(listed),
        "tokens": _token_point(tokens),
    }
    return Verdict(points, faults)


_MISPLACED = (Tokens.DROPPED, Tokens.DOUBLED, Tokens.IGNORED)
"""Where a frame is no longer at its place, times say nothing of their own."""


def _listed(clips: Sequence[Clip], answers: Sequence[Answered]) -> list[list[int]]:
    """For every list, the places of the clip's own numbers in the order of the answer."""
    found = []
    for one in answers:
        if one.question.kind is Kind.LIST:
            place = {code: at for at, code in enumerate(clips[one.question.clip].codes)}
            found.append([place[code] for code in codes_in(one.text) if code in place])
    return found


def _is_stale(clips: Sequence[Clip], lists: Sequence[Answered]) -> bool:
    """Whether a list has the numbers of another clip: no frame of its own shows them."""
    for one in lists:
        codes = codes_in(one.text)
        own = set(clips[one.question.clip].codes)
        others = {code for clip in clips for code in clip.codes} - own
        foreign = [code for code in codes if code not in own]
        hits = len({code for code in foreign if code in others})
        chance = len(others) / CODES
        if 2 * hits > len(codes) and tail([chance] * len(foreign), hits) <= _ALPHA / len(lists):
            return True
    return False


def _twice(clips: Sequence[Clip], lists: Sequence[Answered]) -> str | None:
    """Whether most numbers are named twice in a row."""
    repeated, different = 0, 0
    for one in lists:
        own = set(clips[one.question.clip].codes)
        codes = [code for code in codes_in(one.text) if code in own]
        repeated += len({a for a, b in pairwise(codes) if a == b})
        different += len(set(codes))
    if repeated < max(_FEWEST_REPEATED, _REPEATED * different):
        return None
    chance = tail([1 / CODES] * different, repeated)
    return "shows frames twice" if chance <= _ALPHA else None


def _jumbled(clips: Sequence[Clip], lists: Sequence[Answered]) -> str | None:
    """Whether numbers come in another order than the frames do.

    Numbers that are one place off are not counted: models exchange neighbours.
    """
    orders = [list(dict.fromkeys(places)) for places in _listed(clips, lists)]
    named, written = sum(map(len, orders)), sum(len(codes_in(one.text)) for one in lists)
    out = sum(map(_displaced, orders))
    if 2 * named < written or out < max(_FEWEST_OUT, _OUT_OF_ORDER * named):
        return None
    chance = tail([(len(clips[0].codes) - 1) / CODES] * written, out)
    return "changes the order of frames" if chance <= _ALPHA else None


def _displaced(places: Sequence[int]) -> int:
    """How many places are two or more away from where they would be in order."""
    rank = {place: at for at, place in enumerate(sorted(places))}
    return sum(abs(rank[place] - at) > 1 for at, place in enumerate(places))


def _dropped(
    clips: Sequence[Clip], answers: Sequence[Answered], is_shown: Sequence[tuple[bool, bool]]
) -> str | None:
    """Whether frames that no list names are not there when asked about one by one."""
    missing = missing_places(clips, answers)
    if not missing:
        return None
    yes = {gone: [said for was, said in is_shown if was is gone] for gone in (True, False)}
    chance = fisher(sum(yes[False]), len(yes[False]), sum(yes[True]), len(yes[True]))
    return _kept_clause(missing, len(clips[0].codes)) if chance <= _ALPHA else None


def _kept_clause(missing: Sequence[int], frames: int) -> str:
    kept = frames - len(missing)
    if list(missing) == list(range(kept, frames)):
        return f"drops frames beyond the first {kept} of {frames}"
    return f"keeps {kept} of {frames} frames"


def _token_fault(tokens: TokenFinding, frames: int) -> str | None:
    match tokens.says:
        case Tokens.DROPPED:
            at_most = "at most " if tokens.kept == 1 else ""
            return f"keeps {at_most}{tokens.kept} of {frames} frames"
        case Tokens.SMALLER:
            return "makes frames smaller"
        case Tokens.DOUBLED:
            return "shows frames twice"
        case Tokens.IGNORED:
            return "ignores images"
        case _:
            return None


def _times(
    clips: Sequence[Clip], answers: Sequence[Answered]
) -> tuple[tuple[int, int, float], bool]:
    """Answers about times: (right, all, chance of as many), and whether one second a frame fits."""
    right, fast = 0, 0
    chances, fast_chances = [], []
    for one in answers:
        clip, place = clips[one.question.clip], one.question.place
        if place is None or one.question.kind is Kind.IS_SHOWN:
            continue
        is_right, is_fast = _reads(one, clip, place)
        right += is_right
        fast += is_fast and not is_right
        is_colour = one.question.kind is Kind.COLOUR_AT
        others = max(1, len(clip.codes) - 1)
        chances.append(1 / (len(COLOURS) - 1) if is_colour else 1 / others)
        # A number or a second that has nothing to do with the place fits at most four places.
        fast_chances.append(min(1.0, 2 / (len(COLOURS) - 1) if is_colour else 4 / others))
    too_fast = fast > right and 2 * fast > len(chances)
    if too_fast:
        too_fast = tail(fast_chances, fast) <= _ALPHA
    return (right, len(chances), tail(chances, right)), too_fast


def _reads(one: Answered, clip: Clip, place: int) -> tuple[bool, bool]:
    """Whether an answer about a time is right, and whether it is so at one second a frame."""
    second = place * STEP_MS / 1000
    near = {int(second), min(len(clip.codes) - 1, round(second))}
    match one.question.kind:
        case Kind.NUMBER_AT:
            codes = codes_in(one.text)
            is_one = len(codes) == 1
            return (
                is_one and codes[0] == clip.codes[place],
                is_one and codes[0] in {clip.codes[at] for at in near},
            )
        case Kind.COLOUR_AT:
            named = colours_in(one.text)
            is_one = len(named) == 1
            return (
                is_one and named[0] == clip.colours[place],
                is_one and named[0] in {clip.colours[at] for at in near},
            )
        case _:
            numbers = numbers_in(one.text)
            half_step = STEP_MS / 2000
            is_one = len(numbers) == 1
            return (
                is_one and abs(numbers[0] - second) < half_step,
                is_one and min(abs(numbers[0] - place), abs(numbers[0] - place - 1)) <= half_step,
            )


def _frames_point(listed: Sequence[Sequence[int]], frames: int, lost: str | None) -> Point:
    if lost:
        return Point(Says.NO, lost)
    seen = len({place for places in listed for place in places})
    why = f"it names the numbers of {seen} of {frames} frames"
    return Point(Says.YES if seen == frames else Says.UNKNOWN, why)


def _order_point(listed: Sequence[Sequence[int]], jumbled: str | None) -> Point:
    if jumbled:
        return Point(Says.NO, jumbled)
    orders = [list(dict.fromkeys(places)) for places in listed]
    named = sum(map(len, orders))
    rising = sum(map(longest_increasing, orders))
    ordered = named > 2 * len(orders) and rising >= (1 - _OUT_OF_ORDER / 2) * named
    why = f"{rising} of the {named} numbers that it names are in order"
    return Point(Says.YES if ordered else Says.UNKNOWN, why)


def _times_point(hits: tuple[int, int, float], *, places_hold: bool) -> Point:
    right, trials, chance = hits
    kept = places_hold and 2 * right > trials and chance <= _ALPHA
    why = f"{right} of {trials} answers about times are right"
    return Point(Says.YES if kept else Says.UNKNOWN, why)


def _fresh_point(listed: Sequence[Sequence[int]]) -> Point:
    named = sum(len(set(places)) for places in listed)
    if not named:
        return Point(Says.UNKNOWN, "it names no number of its clip")
    return Point(Says.YES, f"it names {named} numbers that no other clip has")


def _token_point(tokens: TokenFinding) -> Point:
    says = {Tokens.AGREE: Says.YES, Tokens.UNKNOWN: Says.UNKNOWN}.get(tokens.says, Says.NO)
    return Point(says, tokens.sentence)


def _stale_verdict(tokens: TokenFinding) -> Verdict:
    fault = "answers from a cache, about other frames"
    unknown = Point(Says.UNKNOWN, fault)
    points = dict.fromkeys(("frames", "order", "times"), unknown)
    points["fresh"] = Point(Says.NO, fault)
    points["tokens"] = Point(Says.UNKNOWN, tokens.sentence)
    return Verdict(points, (fault,))
