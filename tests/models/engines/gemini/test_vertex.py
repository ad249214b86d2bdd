"""Gemini through Vertex, with the credentials of a service account made for the test."""

import pytest

from tests.support.gemini import error, generated
from tests.support.vertex import TOKEN, FakeVertex
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import Generation, Request, find_card, load_engine
from touchline.models.batch.services import make_batch_service
from touchline.prompts import build_messages, load_template
from touchline.video import Window

CARD = {"name": "g", "engine": "gemini", "model": "gemini-x", "frames_as": "images"}


@pytest.fixture(autouse=True)
def no_cloud(monkeypatch, tmp_path):
    for name in ("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))


def ask(fake, **vertex):
    engine = load_engine(find_card({**CARD, "vertex": vertex, "base_url": fake.url}))
    window = Window("g", 1, 0, 9, 0, 3000, (0, 200))
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
    one = Request("k", window, asked, lambda: [b"jpeg-0", b"jpeg-1"], Generation())
    try:
        return list(engine.replies([one]))
    finally:
        engine.close()


def test_a_window_is_asked_in_the_project_with_a_token(monkeypatch, tmp_path):
    with FakeVertex((200, generated("None."))) as fake:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", fake.account(tmp_path))
        monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "europe-west4")
        (reply,) = ask(fake, project="my-project")
    assert reply.text == "None."
    place = "projects/my-project/locations/europe-west4/publishers/google/models/gemini-x"
    assert fake.paths[-1].endswith(f"/{place}:generateContent")
    assert fake.tokens == [f"Bearer {TOKEN}"]


def test_a_refusal_is_one_sentence_without_the_token(monkeypatch, tmp_path):
    denied = error(403, f"{TOKEN} has no access to aiplatform", "PERMISSION_DENIED")
    with FakeVertex((403, denied)) as fake, pytest.raises(UserError) as caught:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", fake.account(tmp_path))
        ask(fake, project="my-project")
    assert "has no access to aiplatform" in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_credentials_that_are_refused_or_missing_are_one_sentence(monkeypatch, tmp_path):
    with FakeVertex((200, generated("None."))) as fake:
        with pytest.raises(UserError, match="needs Google Cloud credentials: run 'gcloud auth"):
            ask(fake, project="my-project")
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", fake.account(tmp_path))
        fake.token = (400, {"error": "invalid_grant", "error_description": "no such account"})
        with pytest.raises(UserError, match="needs valid credentials"):
            ask(fake, project="my-project")


def test_what_vertex_does_not_have_is_refused_before_anything_is_asked():
    with pytest.raises(UserError, match="write 'frames_as: images'"):
        find_card({**CARD, "frames_as": "video", "vertex": {}})
    with pytest.raises(UserError, match="run without --batch"):
        make_batch_service(find_card({**CARD, "vertex": {"project": "p"}}))
    with pytest.raises(UserError, match="set GOOGLE_CLOUD_PROJECT"):
        load_engine(find_card({**CARD, "vertex": {}}))


def test_it_is_another_model_than_that_of_google_s_own_api():
    own, cloud = find_card(CARD), find_card({**CARD, "vertex": {"project": "p"}})
    assert own.identity() | {"service": "vertex"} == cloud.identity()
    assert "service" not in own.identity()
