from pathlib import Path

import pytest

from touchline.errors import UserError
from touchline.replies import ReadPolicy
from touchline.runs import parse_bench, read_bench
from touchline.spots import MergeSettings
from touchline.video import FrameSpec

LEAST = "data: {root: games}\nmodels: [demo]\n"


def parse(text):
    return parse_bench(text, "bench.yaml", Path("/here"))


def test_everything_but_data_and_models_has_a_default():
    bench = parse(LEAST)
    assert bench.sampling == FrameSpec(fps=5.0, window=3, stride=2, height=None)
    assert bench.prompt == "base.v1"
    assert bench.merging == MergeSettings()
    assert bench.scoring.min_coverage == 0.99


def test_a_relative_root_starts_where_the_file_lies():
    assert parse(LEAST).data.root == "/here/games"
    assert parse("data: {root: /there}\nmodels: [demo]\n").data.root == "/there"
    assert parse("data: {root: 'builtin:demo'}\nmodels: [demo]\n").data.root == "builtin:demo"


def test_seconds_become_milliseconds():
    merging = parse(LEAST + "merging: {window: 1.5, offset: -0.25}\n").merging
    assert (merging.window_ms, merging.offset_ms) == (1500, -250)


def test_where_a_confidence_comes_from_survives_the_section():
    section = "merging: {confidence_from: logprob}\n"
    settings = parse(LEAST + section).merging
    assert settings == MergeSettings(confidence_from="logprob")


def test_the_reading_of_ambiguous_words_can_be_changed():
    assert parse(LEAST).reading == ReadPolicy()
    section = """
reading:
  free_kick: direct free kick
  shot: Shots off target
  card: null
  aliases: {Goal kick: Clearance, Logo: null}
  fuzzy_cutoff: 101
  headings: false
  left_team: away
  slack: 1.5
  max_events: 9
"""
    assert parse(LEAST + section).reading == ReadPolicy(
        free_kick="Direct free-kick",
        shot="Shots off target",
        card=None,
        aliases={"Goal kick": "Clearance", "Logo": None},
        fuzzy_cutoff=101,
        headings=False,
        left_team="away",
        slack=1.5,
        max_events=9,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "bench.yaml is empty"),
        ("a: [", "bench.yaml is not valid YAML: line 2"),
        ("data: {root: x}\n", "line 1: models is missing"),
        ("data: {root: x}\nmodels: []\n", "line 2: models is []"),
        (
            LEAST + "sampling:\n  fps: 2\n  strid: 3\n",
            "line 5: sampling.strid is not known; the nearest is 'stride'",
        ),
        (LEAST + "sampling: {fps: -2}\n", "line 3: sampling.fps is -2: expected a number above 0"),
        (
            LEAST + "samplign: {fps: 2}\n",
            "line 3: samplign is not known; the nearest is 'sampling'",
        ),
        (
            LEAST + "reading:\n  card: Yelow crad\n",
            "line 4: reading.card is 'Yelow crad': it is not a class; the "
            "nearest is 'Yellow card'; see docs/benchmarks.md.",
        ),
        (
            LEAST + "reading:\n  aliases:\n    Safe: Clearence\n",
            "line 5: reading.aliases.Safe is 'Clearence': it is not a class; the "
            "nearest is 'Clearance'; see docs/benchmarks.md.",
        ),
        (LEAST + "reading: {left_team: left}\n", "line 3: reading.left_team is 'left'"),
        (LEAST + "reading: {freekick: Foul}\n", "the nearest is 'free_kick'"),
        (LEAST + "merging: {confidence_from: guess}\n", "merging.confidence_from is 'guess'"),
        (LEAST + "scoring: {min_coverage: 99}\n", "at most 1"),
        ("data: {root: x, halves: [3]}\nmodels: [demo]\n", "line 1: entry 1 of data.halves is 3"),
    ],
)
def test_every_error_is_a_sentence_with_its_line_and_the_nearest_word(text, sentence):
    with pytest.raises(UserError) as caught:
        parse(text)
    assert sentence in str(caught.value)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(UserError, match=r"none\.yaml cannot be read"):
        read_bench(tmp_path / "none.yaml")


def test_yaml_cannot_make_objects():
    with pytest.raises(UserError, match=r"bench\.yaml"):
        parse("data: !!python/object/apply:os.system ['true']\nmodels: [demo]\n")
