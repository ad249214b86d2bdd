import pytest

from touchline.errors import UserError
from touchline.models import find_card
from touchline.models.card_types.worker_program import FrameRule
from touchline.runs.planning.frame_limit import frame_limit_warning, limit_frames
from touchline.video import FrameSpec, Window


@pytest.fixture
def card(tmp_path):
    (tmp_path / "adapter.py").write_text("SETTINGS = ()\n")
    values = {"name": "mine", "engine": "worker", "checkpoint": "lab/mine"}
    values |= {"adapter": str(tmp_path / "adapter.py"), "frames": {"exactly": 8}}
    return lambda **changes: find_card(values | changes)


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ({"exactly": 8}, {15: 8, 8: 8, 7: 0}),
        ({"at_most": 8}, {15: 8, 8: 8, 7: 7}),
        ({"at_most": 10, "multiple_of": 4}, {15: 8, 9: 8, 8: 8, 7: 4, 3: 0}),
    ],
)
def test_a_rule_says_how_many_of_a_windows_frames_are_shown(rule, shown):
    found = FrameRule(**rule)
    assert {count: found.most_of(count) for count in shown} == shown


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"exactly": 8, "at_most": 8},
        {"exactly": 0},
        {"at_most": 3, "multiple_of": 4},
        {"exactly": 6, "multiple_of": 4},
    ],
)
def test_a_rule_that_says_nothing_is_refused(card, rule):
    with pytest.raises(UserError):
        card(frames=rule)


def test_windows_are_subsampled_to_what_the_model_takes(card):
    window = Window("g", 1, 0, 9, 0, 3000, tuple(range(0, 3000, 200)))
    four = card(frames={"at_most": 64, "multiple_of": 4})
    assert len(limit_frames(window, card()).frame_times_ms) == 8
    assert len(limit_frames(window, four).frame_times_ms) == 12
    assert limit_frames(window, card(frames={"exactly": 16})) == window
    warning = frame_limit_warning(four, FrameSpec())
    assert "takes at most 64 and a multiple of 4 frames: 12 of the 15 frames" in warning


@pytest.mark.parametrize(
    ("changes", "sampling", "sentence"),
    [
        ({}, {"frames": 4}, "takes exactly 8 frames, and windows have 4: set sampling.frames to 8"),
        (
            {"too_many_images": "refuse"},
            {},
            "have 15: set 'too_many_images: subsample' for the model, or set sampling.frames to 8",
        ),
        ({}, {}, None),
        ({"too_many_images": "refuse"}, {"frames": 8}, None),
    ],
)
def test_a_sampling_that_the_model_cannot_be_shown_is_one_sentence(
    card, changes, sampling, sentence
):
    found = card(**changes).sampling_refusal(FrameSpec(**sampling))
    assert sentence is None if found is None else sentence in found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"requirements": ["torch>=2"]}, "'torch>=2' is not pinned"),
        ({"requirements": ["-r x.txt"]}, "is not pinned"),
        ({"sources": ["https://github.com/a/b"]}, "is not https://REPOSITORY@COMMIT"),
        ({"honours": ["samples"]}, "samples is not a generation setting"),
        ({"generation": {"temperature": 0.5}}, "the setting temperature does not reach the model"),
        (
            {
                "honours": ["max_new_tokens"],
                "generation": {"max_new_tokens": None},
                "context_tokens": 9,
            },
            "an answer needs a limit",
        ),
        ({"remote_code": False}, "omit remote_code"),
        ({"precision": "nf4"}, "loads weights in float32, bfloat16, float16"),
        ({"text_first": True}, "omit text_first"),
        ({"checkpoint_settings": ["top_k"]}, "takes no checkpoint_settings"),
    ],
)
def test_what_a_worker_cannot_do_is_refused(card, changes, sentence):
    with pytest.raises(UserError) as caught:
        card(**changes)
    assert sentence in str(caught.value)


def test_the_adapter_and_the_versions_are_the_models_identity(card, tmp_path):
    first = card().identity()
    assert card().identity() == first
    assert first["frames"] == {"exactly": 8}
    for changes in (
        {"requirements": ["torch==2.2.0"]},
        {"sources": ["https://github.com/a/b@" + "0" * 40]},
        {"python": "3.10"},
        {"options": {"tiles": 6}},
        {"frames": {"at_most": 8}},
        {"precision": "float16"},
        {"crops": 4},
        {"mp4": True},
    ):
        assert card(**changes).identity() != first, changes
    same = {"timeout_s": 1, "devices": ["0"], "program": "/usr/bin/python3", "image_marker": "x"}
    assert card(**same).identity() == first
    (tmp_path / "adapter.py").write_text("SETTINGS = ('seed',)\n")
    assert card().identity() != first


def test_an_adapter_is_found_by_its_name_its_path_or_its_package(card, tmp_path, monkeypatch):
    (tmp_path / "lab_pack").mkdir()
    (tmp_path / "lab_pack/__init__.py").write_text("raise RuntimeError('must not be imported')\n")
    (tmp_path / "lab_pack/mine.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert card(adapter="lab_pack/mine.py").adapter_file() == tmp_path / "lab_pack/mine.py"
    assert card(adapter="./adapter.py").adapter_file() == tmp_path / "adapter.py"
    with pytest.raises(UserError, match=r"adapter 'lab_pack/none\.py' is not known"):
        card(adapter="lab_pack/none.py").adapter_file()
    with pytest.raises(UserError, match=r"adapter 'nowhere' is not known: name one of .*, a path"):
        card(adapter="nowhere").adapter_file()
