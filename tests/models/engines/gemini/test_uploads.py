"""What becomes of uploaded videos: of each on its own, and of none at the end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace

import pytest

from tests.models.engines.gemini.test_engine import ask, request
from tests.support.gemini import FakeGemini, error, generated, parts
from touchline.errors import ComeBackLater, UserError
from touchline.models import Failure, Reply
from touchline.models.engines.gemini import engine as engine_module, uploads as uploads_module
from touchline.models.engines.gemini.upload_ledger import UploadLedger, new_name, uploads_folder


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path):
    monkeypatch.setenv("GEMINI_API_KEY", "a-key-of-gemini")
    monkeypatch.setenv("TOUCHLINE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def halves(tmp_path):
    paths = [tmp_path / f"{half}_224p.mkv" for half in (1, 2)]
    for half, path in enumerate(paths):
        path.write_bytes(b"half %d" % half)
    return paths


def requests(halves, windows=6):
    """Windows of both halves in turn, with the half's number in the key."""
    for number in range(windows):
        for half, path in enumerate(halves):
            one = request(2 * number + half, path)
            yield type(one)(f"h{half}-{number}", *_rest(one))


def _rest(one):
    return (one.window, one.messages, one.read_frames, one.generation, one.read_sound, one.video)


def by_half(answers):
    kinds = Counter((one.key[:2], type(one)) for one in answers)
    return {half: (kinds[half, Reply], kinds[half, Failure]) for half in ("h0", "h1")}


def of_second(fake, name):
    return fake.uploaded[fake.names.index(name)] == b"half 1"


def test_a_half_that_gemini_cannot_read_ends_only_its_own_windows(halves):
    with FakeGemini(state=lambda name: "FAILED" if of_second(fake, name) else "ACTIVE") as fake:
        answers = ask(fake, requests(halves))
    assert by_half(answers) == {"h0": (6, 0), "h1": (0, 6)}
    assert fake.uploaded.count(b"half 1") == 1
    assert sorted(fake.deleted) == sorted(fake.names)
    (said,) = {one.message for one in answers if isinstance(one, Failure)}
    assert "cannot read" in said
    assert "unreadable" in said


def test_a_half_that_is_never_ready_is_uploaded_once(halves, monkeypatch):
    monkeypatch.setattr(engine_module, "_PROCESSING_S", 1.0)
    with FakeGemini(state=lambda name: "PROCESSING" if of_second(fake, name) else "ACTIVE") as fake:
        answers = ask(fake, requests(halves))
    assert by_half(answers) == {"h0": (6, 0), "h1": (0, 6)}
    assert fake.uploaded.count(b"half 1") == 1
    assert sorted(fake.deleted) == sorted(fake.names)


def test_a_file_that_is_never_there_is_uploaded_twice_and_deleted(halves):
    denied = error(403, "You do not have permission to access the File.", "PERMISSION_DENIED")

    def answer(body):
        shown = parts(body)[0]["fileData"]["fileUri"].split("/v1beta/")[1]
        return (403, denied) if of_second(fake, shown) else (200, generated("None."))

    with FakeGemini(answer) as fake:
        answers = ask(fake, requests(halves))
    assert by_half(answers) == {"h0": (6, 0), "h1": (0, 6)}
    assert fake.uploaded.count(b"half 1") == 2
    assert sorted(fake.deleted) == sorted(fake.names)


@pytest.mark.parametrize("status", [400, 413])
def test_a_video_that_is_refused_at_its_upload_ends_its_windows(halves, status):
    said = error(status, "The video could not be decoded", "INVALID_ARGUMENT")
    with FakeGemini() as fake:
        fake.refuse_upload = (status, said)
        answers = ask(fake, requests(halves[:1]))
    assert by_half(answers)["h0"] == (0, 6)
    assert fake.starts == 1
    assert "could not be decoded" in answers[0].message


@pytest.mark.parametrize(
    ("refusal", "ends", "words"),
    [
        ((400, error(400, "User location is not supported", "FAILED_PRECONDITION")), UserError,
         "ask from a place"),
        ((429, error(429, "Your prepayment credits are depleted", "RESOURCE_EXHAUSTED")),
         ComeBackLater, "add credit"),
    ],
)  # fmt: skip
def test_a_refusal_of_the_account_at_an_upload_is_no_server_that_does_not_run(
    halves, refusal, ends, words
):
    with FakeGemini() as fake, pytest.raises(ends, match=words) as caught:
        fake.refuse_upload = refusal
        ask(fake, requests(halves))
    assert "is the server running" not in str(caught.value)
    assert fake.starts <= 2, "a request was on its way for each half"


def test_uploads_that_fail_again_and_again_end_the_video(halves, monkeypatch):
    monkeypatch.setattr(uploads_module, "_MOST_FAILURES", 2)
    with FakeGemini() as fake:
        fake.refuse_upload = (500, error(500, "internal", "INTERNAL"))
        answers = ask(fake, requests(halves[:1]), in_flight=1)
    assert by_half(answers)["h0"] == (0, 6)
    assert fake.starts == 2
    assert "2 uploads failed" in answers[-1].message


def test_a_spent_day_at_an_upload_ends_the_run_after_one(halves):
    with FakeGemini() as fake, pytest.raises(ComeBackLater, match="come back at"):
        fake.refuse_upload = (429, error(429, "Quota exceeded per day", "RESOURCE_EXHAUSTED"))
        ask(fake, requests(halves[:1]), in_flight=1, quota={"longest_wait_s": 0})
    assert fake.starts == 1


def test_an_upload_without_an_address_is_no_crash(halves):
    with FakeGemini() as fake:
        fake.refuse_upload = (200, {})
        answers = ask(fake, requests(halves[:1], windows=1), retries=0)
    assert [type(one) for one in answers] == [Failure]


def test_what_a_killed_process_left_is_deleted_by_the_next(halves):
    with FakeGemini() as fake:
        folder = uploads_folder(fake.url, "GEMINI_API_KEY")
        code = (
            "import sys, time; from pathlib import Path\n"
            "from touchline.models.engines.gemini.upload_ledger import UploadLedger\n"
            "ledger = UploadLedger(Path(sys.argv[1])); ledger.add(sys.argv[2])\n"
            "ledger.add(sys.argv[3]); ledger.remove(sys.argv[3])\n"
            "print('noted', flush=True); time.sleep(60)"
        )
        left, deleted, alive = new_name(), new_name(), new_name()
        fake.files = {left: 0, deleted: 0, alive: 0}
        command = [sys.executable, "-c", code, str(folder), left, deleted]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed:
            assert killed.stdout.readline() == "noted\n"
            os.kill(killed.pid, signal.SIGKILL)
        other = UploadLedger(folder)
        other.add(alive)
        ask(fake, requests(halves[:1], windows=1))
        assert left in fake.deleted
        assert deleted not in fake.deleted
        assert alive not in fake.deleted, "its process is alive"
        other.remove(alive)
        other.close()
        assert list(folder.glob("*.txt")) == []


def test_only_what_was_uploaded_here_is_ever_deleted(halves):
    with FakeGemini() as fake:
        folder = uploads_folder(fake.url, "GEMINI_API_KEY")
        folder.mkdir(parents=True)
        lines = "+ files/somebody-s-own\n+ ../x\n- \n+\n\x00\n"
        (folder / "1-aa.txt").write_text(lines)
        ask(fake, requests(halves[:1], windows=1))
        assert fake.deleted == fake.names
        assert list(folder.glob("*.txt")) == []


def test_whoever_stops_while_a_half_is_processed_leaves_nothing(halves):
    with FakeGemini(polls=10_000) as fake:
        started = time.monotonic()
        with pytest.raises(RuntimeError, match="stopped"):
            ask(fake, stopping(halves, fake))
        assert time.monotonic() - started < 20
    assert fake.names
    assert fake.deleted == fake.names
    assert fake.files == {}


def stopping(halves, fake):
    """Windows until the first half is being processed, then what Ctrl-C does to a caller."""
    yield from requests(halves[:1], windows=1)
    while not fake.names:
        time.sleep(0.01)
    raise RuntimeError("stopped")


def test_a_stop_while_a_half_is_processed_ends_the_run_and_leaves_nothing(halves):
    with FakeGemini(polls=10_000) as fake:
        stopped = threading.Event()

        def stop():
            while not fake.names:
                time.sleep(0.01)
            stopped.set()

        threading.Thread(target=stop).start()
        several = (replace(one, is_stopped=stopped.is_set) for one in requests(halves))
        assert ask(fake, several) == []
        assert fake.asked == []
        assert fake.files == {}
    assert set(fake.names) <= set(fake.deleted)
