"""A hybrid spotter as a model of a benchmark like any other."""

import io
import json
from types import SimpleNamespace

import pytest
import torch
from PIL import Image

from tests.support.spotters import tiny_config
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.models import FailureReason, find_card, load_engine
from touchline.models.capacity.planner import Workload, plan_fit
from touchline.models.engines.hybrid.checkpoint import save_hybrid_checkpoint
from touchline.models.engines.hybrid.engine import reply_text
from touchline.models.engines.hybrid.peaks import FoundEvent
from touchline.models.engines.hybrid.spotter_network import HybridNetwork
from touchline.replies import read_records
from touchline.runs import build_plan, parse_bench, run
from touchline.video import SoundEvents
from touchline.video.sound.whistle import Whistle

CONFIG = tiny_config()
GAME = "league/2025-2026/a - b"


@pytest.fixture
def card(tmp_path):
    """The card of a checkpoint with random weights that reports many events."""
    return make_card(tmp_path / "checkpoint")


def make_card(folder, config=CONFIG, **values):
    torch.manual_seed(1)
    network = HybridNetwork(config)
    torch.nn.init.normal_(network.time.scores.weight)
    folder.mkdir()
    save_hybrid_checkpoint(network, config, folder)
    return {
        "name": "spotter",
        "engine": "hybrid",
        "checkpoint": str(folder),
        "apart": 0.5,
        "sampling": {"fps": 5, "window": 2, "stride": 1, "height": 32},
        **values,
    }


def run_of(tmp_path, *models, name="run"):
    if not (tmp_path / "data").exists():
        soccernet_folder(tmp_path / "data", GAME, labels=[(1, 1200, "Goal"), (2, 900, "Foul")])
    text = json.dumps({"data": {"root": "data", "halves": [1]}, "models": models})
    return run(build_plan(parse_bench(text, "b", tmp_path), name), tmp_path / name, lambda *_: None)


def replies(tmp_path, model="spotter", name="run"):
    return [one.answer for one in read_records(tmp_path / name / "replies" / model)]


def test_a_run_plans_asks_scores_and_resumes_it(tmp_path, card):
    done = run_of(tmp_path, card)
    row = next(one for one in done.finished.rows if one.model == "spotter")
    assert row.coverage == 1
    assert row.loose is not None
    answered = replies(tmp_path)
    assert all(one.finish_reason == "stop" for one in answered)
    assert all(one.served.fingerprint for one in answered)
    said = [
        json.loads(line)
        for one in answered
        if one.text != "None."
        for line in one.text.splitlines()
    ]
    assert {one["label"] for one in said} <= {"Goal", "Foul"}
    assert said
    assert all(0 <= one["time"] < 2 and 0.01 <= one["confidence"] <= 1 for one in said)
    again = run_of(tmp_path, card)
    assert len(replies(tmp_path)) == len(answered)
    assert again.finished.rows == done.finished.rows


def test_cached_features_change_nothing(tmp_path, card, monkeypatch):
    run_of(tmp_path, card)
    run_of(tmp_path, card | {"batch_size": 1}, name="cached")
    monkeypatch.setenv("TOUCHLINE_CACHE", str(tmp_path / "empty"))
    run_of(tmp_path, card | {"batch_size": 3}, name="other")
    texts = [[one.text for one in replies(tmp_path, name=n)] for n in ("run", "cached", "other")]
    assert texts[0] == texts[1] == texts[2]
    assert list((tmp_path / "empty/features").iterdir())


def test_controls_change_what_it_sees(tmp_path, card):
    run_of(tmp_path, card, card | {"control": "blank", "name": "blank"})
    shown = [one.text for one in replies(tmp_path)]
    blank = [one.text for one in replies(tmp_path, "blank")]
    assert shown != blank


def test_other_weights_are_another_model(tmp_path, card):
    before = find_card(card).identity()
    weights = tmp_path / "checkpoint/model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert find_card(card).identity() != before


def test_another_rate_than_that_of_training_is_refused(tmp_path, card):
    soccernet_folder(tmp_path / "data", GAME)
    values = {"data": {"root": "data"}, "models": [card], "sampling": {"fps": 2}}
    bench = parse_bench(json.dumps(values), "b", tmp_path)
    with pytest.raises(UserError, match="was trained at 5 frames per second, and sampling has 2"):
        build_plan(bench, "b")


def test_no_memory_is_planned_and_that_is_said(card):
    says = "hybrid spotter, for which no memory is planned: it runs in this process with 0.0 MB"
    with pytest.raises(UserError, match=says):
        plan_fit(find_card(card), Workload(10, 64, 32))


def request(jpegs, **values):
    """About a window of two seconds with these frames."""
    window = SimpleNamespace(
        game="g", half=1, start_ms=0, end_ms=2000, frame_times_ms=tuple(range(len(jpegs)))
    )
    asked = {"key": "k", "window": window, "read_frames": lambda: jpegs, "read_sound": None}
    return SimpleNamespace(**asked | values)


@pytest.mark.parametrize(
    ("jpegs", "says"), [([], "no frames"), ([b"not a picture"], "cannot identify image")]
)
def test_a_window_without_pictures_fails_and_the_next_is_answered(card, jpegs, says):
    engine = load_engine(find_card(card))
    failure, reply = engine.replies([request(jpegs), request([picture()])])
    engine.close()
    assert failure.reason is FailureReason.FRAMES
    assert says in failure.message
    assert reply.finish_reason == "stop"


def picture():
    file = io.BytesIO()
    Image.new("RGB", (80, 64), (9, 99, 9)).save(file, "JPEG")
    return file.getvalue()


def test_a_spotter_that_listens_hears_and_says_where_it_cannot(tmp_path):
    card = make_card(tmp_path / "listening", CONFIG.model_copy(update={"sound": True}))
    engine = load_engine(find_card(card))
    silent, loud = (
        next(engine.replies([request([picture()], read_sound=lambda sounds=sounds: sounds)])).text
        for sounds in (SoundEvents((), ()), SoundEvents((Whistle(0, 900, 60.0),), ()))
    )
    assert silent != loud
    with pytest.raises(UserError, match="listens to the match"):
        list(engine.replies([request([picture()])]))
    engine.close()


def test_a_vision_tower_is_named_by_the_card_and_by_the_checkpoint(tmp_path, card):
    with pytest.raises(UserError, match="remove 'tower' from the card"):
        load_engine(find_card(card | {"tower": "builtin:demo"}))
    seen = CONFIG.model_copy(update={"tower": "0" * 32, "features": 1024})
    with pytest.raises(UserError, match="name that in the card"):
        load_engine(find_card(make_card(tmp_path / "a", seen)))
    with pytest.raises(
        UserError, match="not the vision tower that the checkpoint was trained with"
    ):
        load_engine(find_card(make_card(tmp_path / "b", seen, tower="builtin:demo")))


def test_a_missing_checkpoint_is_a_sentence(tmp_path, card):
    with pytest.raises(UserError, match=r"config\.json cannot be read .*touchline train hybrid"):
        load_engine(find_card(card | {"checkpoint": str(tmp_path / "nowhere")}))


def test_events_stay_inside_the_window():
    events = [FoundEvent(0, -0.2, 0.5), FoundEvent(0, 2.3, 1.0)]
    lines = [json.loads(line) for line in reply_text(events, ["Goal"], 2.0).splitlines()]
    assert [(one["time"], one["confidence"]) for one in lines] == [(0.0, 0.5), (1.99, 1.0)]
    assert reply_text([], ["Goal"], 2.0) == "None."
