"""Models that answer imperfectly behind honest servers: a probe accuses them at its stated rate."""

import io
import random

import numpy as np
import pytest
from PIL import Image

from tests.support.seeing_server import read_number
from touchline.runs.probing.coded_clips import COLOURS, STEP_MS, draw_clips
from touchline.runs.probing.probe_model import _second_questions
from touchline.runs.probing.probe_questions import Kind, ProbeQuestion, question_text, says_yes
from touchline.runs.probing.token_comparison import TokenFinding, Tokens
from touchline.runs.probing.verdict import FALSE_ALARM, Answered, Says, judge, missing_places

UNCOUNTED = TokenFinding(Tokens.UNKNOWN, "the endpoint does not count tokens")
PROBES = 200


class Model:
    """Reads a number right with a probability, else sees a random one; answers accordingly."""

    def __init__(self, source, reads=1.0, **habits):
        self.source, self.reads, self.habits = source, reads, habits

    def number(self, code):
        return code if self.source.random() < self.reads else self.source.randint(100, 999)

    def answer(self, question, clip):
        codes, place = clip.codes[: question.frames], question.place
        match question.kind:
            case Kind.LIST:
                return self.habits.get("lists", lambda _, seen: seen)(
                    self.source, [self.number(code) for code in codes]
                )
            case Kind.COUNT:
                return str(question.frames + self.source.randint(-5, 5))
            case Kind.NUMBER_AT:
                return str(self.number(codes[self._near(place, codes)]))
            case Kind.COLOUR_AT:
                right = self.source.random() < self.reads
                return clip.colours[place] if right else self.source.choice(list(COLOURS))
            case Kind.WHEN:
                return f"{self._near(place, codes) * STEP_MS / 1000} s"
            case _:
                return self.habits.get("shown", "yes" if self.number(1) == 1 else "no")

    def _near(self, place, codes):
        off = self.habits.get("off", 0)
        return min(len(codes) - 1, max(0, place + self.source.randint(-off, off)))


def swapped(source, seen):
    for at in range(len(seen) - 1):
        if source.random() < 0.1:
            seen[at], seen[at + 1] = seen[at + 1], seen[at]
    return seen


MODELS = {
    "perfect": {},
    "misreads a tenth": {"reads": 0.9},
    "misreads half": {"reads": 0.5},
    "misreads everything": {"reads": 0.0},
    "stops after a few": {"reads": 0.9, "lists": lambda _, seen: seen[:6]},
    "omits some": {"lists": lambda source, seen: [one for one in seen if source.random() < 0.6]},
    "gets stuck": {"lists": lambda _, seen: seen[:4] + seen[-1:] * 30},
    "loops": {"lists": lambda _, seen: seen[:4] * 8},
    "swaps neighbours": {"lists": swapped},
    "is a frame or two off": {"off": 2, "reads": 0.8},
    "always says yes": {"lists": lambda _, seen: seen[:10], "shown": "yes"},
    "always says no": {"lists": lambda _, seen: seen[:10], "shown": "no"},
    "always the same": {"lists": lambda *_: [123, 456, 789]},
    "counts": {"lists": lambda *_: list(range(100, 140))},
    "says nothing": {"reads": 0.0, "lists": lambda *_: "I see a soccer match."},
}


def verdict(seed, frames, habits, tokens=UNCOUNTED):
    source = random.Random(seed)
    clips = draw_clips(source, 3, frames, (64, 36))
    model = Model(source, **habits)

    def answered(questions):
        return [Answered(one, _text(model.answer(one, clips[one.clip]))) for one in questions]

    first = answered([ProbeQuestion(Kind.LIST, clip, frames) for clip in range(3)])
    gone = missing_places(clips, first)
    second = answered(_second_questions(source, frames, gone))
    shown = [
        (one.question.place in gone, says_yes(one.text))
        for one in second
        if one.question.kind is Kind.IS_SHOWN
    ]
    return judge(clips, [*first, *second], shown, tokens)


def _text(answer):
    return ", ".join(map(str, answer)) if isinstance(answer, list) else answer


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("frames", [4, 15, 40])
def test_an_honest_server_is_accused_no_more_often_than_stated(name, frames):
    found = [verdict(seed, frames, MODELS[name]) for seed in range(PROBES)]
    accused = [one.faults for one in found if one.faults]
    assert len(accused) <= FALSE_ALARM * PROBES, accused


def test_a_model_that_reads_nothing_gets_no_verdict():
    found = verdict(1, 15, {"reads": 0.0, "lists": lambda *_: "None."})
    assert {found.points[name].says for name in ("frames", "order", "times", "fresh")} == {
        Says.UNKNOWN
    }


def test_a_model_that_forgets_late_frames_is_not_a_server_that_drops_them():
    """All tokens were read, so the frames reached the model."""
    forgets = {"lists": lambda _, seen: seen[:10], "shown": "no"}
    agree = TokenFinding(Tokens.AGREE, "the endpoint reads the tokens of all 40 frames")
    found = verdict(2, 40, forgets, agree)
    assert found.faults == ()
    assert found.points["frames"].says is Says.UNKNOWN


def test_texts_do_not_give_the_answer_away():
    (clip,) = draw_clips(random.Random(3), 1, 12, (64, 36))
    for kind in (Kind.LIST, Kind.COUNT, Kind.NUMBER_AT, Kind.COLOUR_AT):
        text = question_text(ProbeQuestion(kind, 0, 12, 5), clip, with_times=True)
        assert not any(str(code) in text for code in clip.codes)
    assert "12" not in question_text(ProbeQuestion(Kind.COUNT, 0, 12), clip, with_times=True)
    timed = ProbeQuestion(Kind.WHEN, 0, 12, 5)
    assert "2.0" in question_text(timed, clip, with_times=True)
    assert "2.0" not in question_text(timed, clip, with_times=False)


def test_the_bar_moves_through_a_clip_and_hides_no_code():
    (clip,) = draw_clips(random.Random(5), 1, 8, (256, 144))
    places = []
    for code, jpeg in zip(clip.codes, clip.jpegs, strict=True):
        image = Image.open(io.BytesIO(jpeg))
        assert read_number(image) == code
        row = np.asarray(image.convert("L"))[-3].astype(int)
        places.append(float(np.flatnonzero(np.abs(row - 125) < 12).mean()))
    steps = np.diff(places)
    assert steps == pytest.approx([256 / 8] * 7, abs=2)
