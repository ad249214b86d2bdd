"""Controls of a model's own claims, with a model that looks at pixels and one that does not."""

import base64
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder, write_video
from touchline.errors import UserError
from touchline.models import Control, frames_around_claims
from touchline.runs import QuestionReader, build_plan, estimate, load_run, parse_bench, run
from touchline.runs.planning.question_index import QuestionFile
from touchline.video import Window

GAME = "league/2025-2026/a - b"
CLAIM = json.dumps({"label": "Goal", "team": "home", "confidence": 0.9})
BENCH = """
data: {{root: {root}, halves: [1]}}
models: [{models}]
sampling: {{fps: 2, window: 6, stride: 6}}
"""
CARD = '{{name: {name}, engine: openai, model: {model}, base_url: "{url}"{more}}}'


def quiet(what, done, total):
    assert 0 <= done <= total


def shades(body):
    parts = body["messages"][-1]["content"]
    urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    images = [Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) for url in urls]
    return [float(np.asarray(image.convert("L")).mean()) for image in images]


def answer(body):
    """ "seer" claims a goal where it sees certain shades; "blind" claims one in every window."""
    sees = any(91 <= shade <= 109 for shade in shades(body))
    return 200, completion(CLAIM if sees or body["model"] == "blind" else "None."), {}


@pytest.fixture
def root(tmp_path):
    """A half whose shades pass through the middle of its second window, from 8 to 10 s."""
    folder = soccernet_folder(tmp_path / "data", labels=[(1, 9000, "Goal")], halves=(1,))
    video = next((folder / GAME).glob("1_*"))
    write_video(video, range(0, 18_000, 100))
    return folder


def planned(root, url, names=("seer", "blind")):
    cards = [
        CARD.format(name=name + suffix, model=name, url=url, more=more)
        for name in names
        for suffix, more in (
            ("", ""),
            ("+deleted", ", control: deleted"),
            ("+only", ", control: only"),
        )
    ]
    text = BENCH.format(root=root, models=", ".join(cards))
    return build_plan(parse_bench(text, "bench.yaml", root), "bench")


def test_the_claim_of_a_model_that_sees_goes_and_that_of_one_that_does_not_look_stays(
    root, tmp_path
):
    with Endpoint(answer) as endpoint:
        plan = planned(root, endpoint.base_url)
        result = run(plan, tmp_path / "run", quiet)
        asked = len(endpoint.bodies)
        again = run(plan, tmp_path / "run", quiet)
        assert len(endpoint.bodies) == asked
    rows = {row.model: row for row in result.finished.rows}
    assert result.refused == {}
    assert rows["seer+deleted"].figure("claims_gone") == 1.0
    assert rows["seer+only"].figure("claims_kept") == 1.0
    assert rows["blind+deleted"].figure("claims_gone") == 0.0
    assert rows["blind+only"].figure("claims_kept") == 1.0
    assert rows["seer"].figure("claims_gone") is None
    assert "claims that go without the frames around them: 1 of 1" in rows["seer+deleted"].note
    assert rows["blind+deleted"].control_of == "blind"
    assert [row.figures for row in again.finished.rows] == [
        row.figures for row in result.finished.rows
    ]
    page = result.finished.report.read_text(encoding="utf-8")
    assert "Claims gone" in page


def test_only_windows_with_claims_are_asked_and_made_again_with_their_keys(root, tmp_path):
    with Endpoint(answer) as endpoint:
        run(planned(root, endpoint.base_url), tmp_path / "run", quiet)
    file = QuestionFile(tmp_path / "run", "seer+deleted")
    (half,) = file.halves()
    assert half.spans_ms == ((6000, 12_000),)
    assert half.claims_ms == ((9000,),)
    question = QuestionReader(tmp_path / "run", "seer+deleted").question(0)
    assert question.key == half.keys[0]
    assert question.window.frame_times_ms == (6000, 6500, 7000, 11_000, 11_500)
    only = QuestionReader(tmp_path / "run", "seer+only").question(0)
    assert only.window.frame_times_ms == tuple(range(7500, 11_000, 500))
    assert file.total == 1


def test_a_control_that_is_named_before_its_model_is_asked_after_it(root, tmp_path):
    with Endpoint(answer) as endpoint:
        plan = planned(root, endpoint.base_url, names=["seer"])
        plan = replace(plan, models=(*plan.models[1:3], plan.models[0], *plan.models[3:]))
        result = run(plan, tmp_path / "run", quiet)
    rows = {row.model: row for row in result.finished.rows}
    assert result.refused == {}
    assert rows["seer+deleted"].figure("claims_gone") == 1.0


def test_a_control_whose_model_cannot_be_asked_says_so_in_one_sentence(root, tmp_path):
    def refuse_seer(body):
        if body["model"] == "seer":
            return 401, {"error": {"message": "no such key"}}, {}
        return answer(body)

    with Endpoint(refuse_seer) as endpoint:
        result = run(planned(root, endpoint.base_url), tmp_path / "run", quiet)
    said = result.refused["seer+deleted"]
    assert "is asked when 'seer' is complete (3 windows left)" in said
    rows = {row.model: row for row in result.finished.rows}
    assert rows["seer+deleted"].loose is None
    assert rows["blind+deleted"].figure("claims_gone") == 0.0
    assert not any(load_run(tmp_path / "run").models["seer+deleted"].values())


def test_a_model_that_claims_nothing_has_no_claims_to_lose(root, tmp_path):
    with Endpoint(lambda body: (200, completion("None."), {})) as endpoint:
        result = run(planned(root, endpoint.base_url, names=["seer"]), tmp_path / "run", quiet)
        assert len(endpoint.bodies) == 3
    rows = {row.model: row for row in result.finished.rows}
    assert result.refused == {}
    assert rows["seer+deleted"].figure("claims_gone") is None
    assert rows["seer+only"].figure("claims_kept") is None


def test_a_control_without_its_model_is_refused(root):
    card = CARD.format(
        name="seer+only", model="m", url="http://127.0.0.1:9/v1", more=", control: only"
    )
    text = BENCH.format(root=root, models=card)
    with pytest.raises(UserError, match="add 'seer' to models"):
        build_plan(parse_bench(text, "bench.yaml", root), "bench")


def test_an_estimate_counts_windows_whose_claims_are_not_known_yet(root, tmp_path):
    plan = planned(root, "http://127.0.0.1:9/v1", names=["seer"])
    found = {one.model: one for one in estimate(plan, tmp_path / "run")}
    assert found["seer+deleted"].windows == 3


def test_the_frame_nearest_to_a_claim_is_around_it_however_few_there_are():
    window = Window("g", 1, 0, 1, 0, 20_000, (0, 10_000))
    only = frames_around_claims(window, [6000], Control.ONLY)
    assert only.frame_times_ms == (10_000,)
    assert frames_around_claims(window, [6000], Control.DELETED).frame_times_ms == (0,)
    assert frames_around_claims(window, [6000], Control.BLANK) == window
    assert frames_around_claims(window, [1000, 9000], Control.DELETED).frame_times_ms == ()
