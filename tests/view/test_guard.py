"""Who may ask the viewer for what: other hosts, other origins, paths, tokens, ranges."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LABEL = {
    "half": 1,
    "position_ms": 1000,
    "label": "Goal",
    "team": "home",
    "visible": True,
}


@pytest.fixture
def served(whole_run: Path, serve: Callable[..., Any]) -> Any:
    return serve(whole_run)


def saving(labels: Any, version: int = 0) -> str:
    return json.dumps({"version": version, "labels": labels})


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "192.168.0.7", "", "[::2]"],
)
def test_another_host_is_refused(served: Any, host: str) -> None:
    answer, content = served.owner_asks("/", Host=host)
    assert answer.status == 421
    assert b"half-0" not in content


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1234", "[::1]:80"])
def test_this_machine_by_any_name_is_served(served: Any, host: str) -> None:
    answer, content = served.owner_asks("/", Host=host)
    assert answer.status == 200
    assert b"half-0" in content


def test_every_answer_carries_the_policy(served: Any) -> None:
    for path in ("/", "/assets/view.js", "/nothing", "/video/0"):
        answer, _ = served.owner_asks(path)
        policy = answer.getheader("Content-Security-Policy")
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.getheader("X-Content-Type-Options") == "nosniff"


def test_the_page_has_no_script_of_its_own(served: Any) -> None:
    _, content = served.owner_asks("/")
    scripts = [part.split(b">")[0] for part in content.split(b"<script")[1:]]
    assert all(b"src=" in one or b"application/json" in one for one in scripts)
    assert b"style=" not in content


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "OWN", "Sec_Fetch_Site": "cross-site"},
    ],
)
def test_saving_from_elsewhere_is_refused(
    run_folder: Path, serve: Callable[..., Any], headers: dict[str, str]
) -> None:
    served = serve(run_folder)
    named = {name: value.replace("OWN", served.address) for name, value in headers.items()}
    answer, _ = served.owner_asks("/labels/0", "POST", saving([LABEL]), **named)
    assert answer.status == 403
    assert not (run_folder / "labels").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/../plan.json",
        "/assets/../match.py",
        "/assets/..%2fmatch.py",
        "/assets/%2e%2e/%2e%2e/match.py",
        "/assets//etc/passwd",
        "/assets/view.html.j2",
        "/video/../../../../etc/passwd",
        "/video/etc",
        "/video/99",
        "/video/-1",
        "/video/0/../../plan.json",
        "/labels/99",
        "/labels/..",
        "/half/0/model/99/moment?at=0",
        "/half/0/model/0/moment?at=../..",
        "/half/0/model/0/moment?at=-1",
        "/half/0/model/0/moment?at=0&of=99",
        "/half/0/model/0/window/99999999999999999999/prompt",
        "/half/0/model/0/window/0/frame/999",
        "/plan.json",
    ],
)
def test_no_address_leads_out(served: Any, path: str) -> None:
    answer, content = served.owner_asks(path)
    assert answer.status == 404
    assert len(content) < 200


PLACES = (
    "/video/0",
    "/labels/0",
    "/assets/view.js",
    "/half/0/model/0/moment?at=0",
    "/half/0/model/0/window/0/prompt",
    "/?token=s3cret",
    "/enter",
    "/nothing",
)


@pytest.mark.parametrize("any_host", [False, True])
def test_nothing_is_given_without_the_token(
    whole_run: Path, serve: Callable[..., Any], any_host: bool
) -> None:
    served = serve(whole_run, any_host=any_host)
    for cookie in ("", f"touchline-{served.port}=wrong", "touchline-1=s3cret", "touchline=s3cret"):
        for place in PLACES:
            answer, content = served.ask(place, Cookie=cookie)
            given = (answer.status, b"half-0" in content)
            assert given == (200 if place.startswith("/?") else 403, False), place
        assert b"half-0" not in served.ask("/", Cookie=cookie)[1]


def test_labels_are_not_saved_without_the_token(
    run_folder: Path, serve: Callable[..., Any]
) -> None:
    served = serve(run_folder)
    answer, _ = served.ask("/labels/0", "POST", saving([LABEL]), Origin=served.address)
    assert answer.status == 403
    assert not (run_folder / "labels").exists()


@pytest.mark.parametrize("sent", ["", "wrong", "s3cret ", "S3CRET", "s3cret" * 100_000])
def test_a_wrong_token_opens_nothing(whole_run: Path, serve: Callable[..., Any], sent: str) -> None:
    served = serve(whole_run)
    answer, _ = served.ask("/enter", "POST", sent, Origin=served.address)
    assert (answer.status, answer.getheader("Set-Cookie")) == (403, None)


def test_the_token_becomes_a_cookie_that_scripts_cannot_read(
    whole_run: Path, serve: Callable[..., Any]
) -> None:
    served = serve(whole_run, any_host=True)
    assert served.ask("/enter", "POST", "s3cret")[0].status == 403, "from another page"
    answer, _ = served.ask("/enter", "POST", "s3cret", Origin=served.address)
    cookie = answer.getheader("Set-Cookie")
    assert answer.status == 204
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    given = cookie.split(";")[0]
    assert b"half-0" in served.ask("/", Cookie=given)[1]
    body = saving([LABEL])
    assert served.ask("/labels/0", "POST", body, Cookie=given)[0].status == 403


def test_ranges_of_the_video(served: Any) -> None:
    answer, whole = served.owner_asks("/video/0")
    assert (answer.status, answer.getheader("Accept-Ranges")) == (200, "bytes")
    answer, part = served.owner_asks("/video/0", Range="bytes=1000-1999")
    assert answer.status == 206
    assert answer.getheader("Content-Range") == f"bytes 1000-1999/{len(whole)}"
    assert part == whole[1000:2000]
    assert served.owner_asks("/video/0", Range=f"bytes={len(whole)}-")[0].status == 416


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (saving([LABEL | {"label": "Header"}]), 422, "is not a class"),
        (saving([LABEL | {"label": "throw in"}]), 422, "is not a class"),
        (saving([LABEL | {"team": "both"}]), 422, "team is 'both'"),
        (saving([LABEL | {"half": 3}]), 422, "half 3"),
        (saving([LABEL | {"position_ms": -1}]), 422, "before the start"),
        (saving([LABEL | {"position_ms": 9_000_000}]), 422, "past the end"),
        (saving([LABEL | {"position_ms": 1.5}]), 422, "label 1"),
        (saving([LABEL | {"position_ms": True}]), 422, "label 1"),
        (saving([LABEL | {"more": 1}]), 422, "label 1"),
        (saving(["Goal"]), 422, "label 1"),
        (saving({"Goal": 1}), 422, "must be a list"),
        (saving([LABEL], 7), 409, "elsewhere"),
        ("[]", 422, "not a JSON object"),
        ("{", 422, "not JSON"),
        ("[" * 100_000, 422, "not JSON"),
        ("9" * (9 << 20), 422, "too large"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_label_is_not_saved(
    run_folder: Path, serve: Callable[..., Any], body: str, status: int, sentence: str
) -> None:
    served = serve(run_folder)
    answer, content = served.owner_asks("/labels/0", "POST", body, Origin=served.address)
    assert (answer.status, sentence in json.loads(content)["error"]) == (status, True), content
    assert not list(run_folder.glob("labels/**/*.json"))


def test_saving_keeps_every_earlier_version(run_folder: Path, serve: Callable[..., Any]) -> None:
    served = serve(run_folder)
    _, content = served.owner_asks("/labels/0")
    truth = json.loads(content)["labels"]
    assert len(truth) > 10
    for version in range(3):
        labels = [*truth, *[LABEL | {"position_ms": 10 + one} for one in range(version + 1)]]
        body = saving(labels, version)
        answer, content = served.owner_asks("/labels/0", "POST", body, Origin=served.address)
        assert answer.status == 200, content
        assert json.loads(content)["version"] == version + 1
    [folder] = {file.parent for file in run_folder.glob("labels/**/*.json")}
    counts = {
        file.name: len(json.loads(file.read_text())["annotations"]) - len(truth)
        for file in folder.iterdir()
    }
    assert counts == {"Labels-v2.1.json": 1, "Labels-v2.2.json": 2, "Labels-v2.json": 3}
