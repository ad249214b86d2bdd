"""Every row of the table, as its example comes from an imitation through the real SDKs."""

import pytest

from tests.support.asking import noisy_jpeg
from tests.support.bedrock import FakeBedrock
from tests.support.endpoint import Endpoint, completion
from tests.support.gemini import FakeGemini, generated
from touchline.errors import ComeBackLater, UserError
from touchline.games import SOCCERNET_V2
from touchline.models import Failure, Generation, Reply, Request, find_card, load_engine
from touchline.models.endpoint.error_table import error_rows
from touchline.models.endpoint.rate_limiting.faults import FaultKind
from touchline.prompts import build_messages, load_template
from touchline.video import Window

WINDOWS = 6
FRAMES = [noisy_jpeg(256)] * 12
ROWS = error_rows()


@pytest.fixture(autouse=True)
def keys(monkeypatch, tmp_path):
    monkeypatch.setenv("GEMINI_API_KEY", "a-key-of-gemini")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-aws-secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("TOUCHLINE_CACHE", str(tmp_path))


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "1_224p.mkv"
    path.write_bytes(b"a video that the imitation does not look into")
    return path


def request(number, video=None):
    times = tuple(number * 2000 + 200 * frame for frame in range(len(FRAMES)))
    window = Window("g", 1, number, 99, number * 2000, number * 2000 + 3000, times)
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
    return Request(f"k{number}", window, asked, lambda: FRAMES, Generation(), video=video)


class Refusing:
    """An imitation that sends an example a number of times, and good answers then."""

    def __init__(self, row, times):
        self.example, self.times, self.requests = row.example, times, 0

    def is_refused(self):
        self.requests += 1
        return self.requests <= self.times

    def chat(self, _):
        if self.is_refused():
            body = self.example.body
            return self.example.status, body.encode() if isinstance(body, str) else body, {}
        return 200, completion("None."), {}

    def gemini(self, _):
        if self.is_refused():
            return self.example.status, self.example.body
        return 200, generated("None.")


def ask(row, times, video):
    """What came of six windows, and how many requests arrived."""
    refusing, answers = Refusing(row, times), []
    protocol = row.example.protocol or row.protocol or "openai"
    card = {"name": "x", "engine": protocol, "model": "m", "in_flight": 1, "retries": 2}
    card["quota"] = {"longest_wait_s": 0}
    if protocol == "bedrock":
        body = row.example.body
        refused = (row.example.status, body["code"], {"message": body["message"]})
        server = FakeBedrock(*[refused] * times)
        card["base_url"] = server.url
    elif protocol == "gemini":
        server = FakeGemini(refusing.gemini)
        card["base_url"] = server.url
    else:
        server = Endpoint(refusing.chat)
        card["base_url"] = server.base_url
    ended = None
    with server:
        engine = load_engine(find_card(card))
        try:
            for answer in engine.replies(request(n, video) for n in range(WINDOWS)):
                answers.append(answer)  # noqa: PERF402  (kept although the loop raises)
        except (UserError, ComeBackLater) as error:
            ended = error
        finally:
            engine.close()
    requests = len(server.asked) if protocol == "bedrock" else refusing.requests
    return answers, ended, requests


ENDS_THE_MODEL = {
    FaultKind.HOPELESS: UserError,
    FaultKind.TEMPORARY: ComeBackLater,
    FaultKind.LATER: ComeBackLater,
}


@pytest.mark.parametrize("row", [r for r in ROWS if r.ends in ENDS_THE_MODEL], ids=lambda r: r.name)
def test_what_no_window_can_pass_is_asked_once(row, video):
    answers, ended, requests = ask(row, 300, video)
    assert [type(one) for one in answers] in ([], [Failure])
    assert requests == 1
    assert type(ended) is ENDS_THE_MODEL[row.ends]
    if row.fix:
        assert row.fix.split("{key}")[0] in str(ended)
    assert "{key}" not in str(ended)


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r.ends is FaultKind.NEVER], ids=lambda r: r.name
)
def test_what_one_window_cannot_pass_ends_no_other(row, video):
    answers, ended, requests = ask(row, 1, video)
    assert ended is None
    assert [type(one) for one in answers] == [Failure] + [Reply] * (WINDOWS - 1)
    assert requests == WINDOWS


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r.ends is FaultKind.VIDEO], ids=lambda r: r.name
)
def test_what_no_window_of_a_video_can_pass_is_asked_once(row, video):
    answers, ended, requests = ask(row, 300, video)
    assert ended is None
    assert [type(one) for one in answers] == [Failure] * WINDOWS
    assert requests == 1


@pytest.mark.parametrize(
    "row",
    [r for r in ROWS if r.ends in (FaultKind.SMALLER, FaultKind.SMALLER_IMAGES)],
    ids=lambda r: r.name,
)
def test_what_is_too_much_is_asked_with_less_and_the_limit_kept(row, video):
    answers, ended, requests = ask(row, 1, video)
    assert ended is None
    assert requests == WINDOWS + 1
    # One window may have been prepared while the one that was refused was asked.
    lowered = [one.lowered for one in answers if one.lowered]
    assert len(lowered) in (WINDOWS - 1, WINDOWS)
    fewer = {words[0].startswith("frames 12 to ") for words in lowered}
    assert fewer == {row.ends is FaultKind.SMALLER}


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r.ends in (FaultKind.AGAIN, FaultKind.BUSY)], ids=lambda r: r.name
)
def test_what_may_pass_is_asked_again(row, video):
    answers, ended, requests = ask(row, 1, video)
    assert ended is None
    assert [type(one) for one in answers] == [Reply] * WINDOWS
    assert requests == WINDOWS + 1


def test_all_ends_have_a_test_and_names_are_unique():
    tested = {*ENDS_THE_MODEL, FaultKind.NEVER, FaultKind.VIDEO, FaultKind.SMALLER}
    tested |= {FaultKind.SMALLER_IMAGES, FaultKind.AGAIN, FaultKind.BUSY}
    assert {row.ends for row in ROWS} == tested == set(FaultKind)
    assert len({row.name for row in ROWS}) == len(ROWS)
