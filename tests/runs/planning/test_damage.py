"""Files of a run that were damaged: the same command makes them again, and asks nothing twice."""

import json
import random

import pytest

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.runs import PlanFile, run
from touchline.runs.planning.resume import resume_plan
from touchline.seal import is_sealed, is_sound, seal

BENCH = (
    "data: {root: data}\nmodels: [{name: scripted, engine: openai, model: m, "
    "base_url: 'http://127.0.0.1:9/v1'}]\nsampling: {fps: 5, window: 2, stride: 1}\n"
)


@pytest.fixture
def bench(tmp_path):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    file = tmp_path / "bench.yaml"
    file.write_text(BENCH)
    return file


def play(where, folder, log):
    """Runs a benchmark or a run's folder; the questions that were asked."""
    log.unlink(missing_ok=True)
    plan, _ = resume_plan(where, None if where == folder else folder)
    done = run(plan, folder, lambda *_: None, load=lambda *_: Scripted(log))
    assert done.refused == {}
    return log.read_text().split() if log.is_file() else []


def flip(path, moment):
    """Flips a bit of what a file says; one of its seal alone is found to be none."""
    content = bytearray(path.read_bytes())
    content[moment.randrange(len(content) // 3)] ^= 1 << moment.randrange(8)
    path.write_bytes(content)


def test_a_seal_finds_every_flipped_bit_but_those_of_its_own_name():
    sealed = seal(json.dumps({"a": [1, 2], "b": "x"}, indent=1)).encode()
    assert json.loads(sealed)["a"] == [1, 2]
    assert is_sealed(sealed)
    for bit in range(8 * len(sealed)):
        damaged = bytearray(sealed)
        damaged[bit // 8] ^= 1 << bit % 8
        if is_sound(bytes(damaged)):  # the content is whole, and its checksum is not found
            assert not is_sealed(bytes(damaged))
            assert sealed.rindex(b", ") <= bit // 8


@pytest.mark.slow
@pytest.mark.parametrize("resumes_folder", [False, True])
@pytest.mark.parametrize("name", ["plan.json", "questions/scripted.jsonl"])
def test_the_same_command_makes_it_again(bench, tmp_path, name, resumes_folder):
    folder, log = tmp_path / "run", tmp_path / "log"
    assert play(bench, folder, log)
    sound, scores = (folder / name).read_bytes(), (folder / "scores.json").read_bytes()
    moment = random.Random(5)
    for _ in range(3):
        flip(folder / name, moment)
        assert play(folder if resumes_folder else bench, folder, log) == []
        assert without_name((folder / name).read_bytes()) == without_name(sound)
        assert (folder / "scores.json").read_bytes() == scores


def without_name(content):
    """The content without what a plan is called: made again from its folder, it has its name."""
    try:
        values = [json.loads(content)]
    except json.JSONDecodeError:  # one object a line
        values = [json.loads(line) for line in content.splitlines()]
    return [
        {key: value for key, value in one.items() if key not in ("name", "checksum")}
        for one in values
    ]


def test_a_line_of_questions_that_is_cut_off_is_made_again(bench, tmp_path):
    folder, log = tmp_path / "run", tmp_path / "log"
    play(bench, folder, log)
    file = folder / "questions/scripted.jsonl"
    sound = file.read_bytes()
    file.write_bytes(sound[: len(sound) // 3])
    assert play(bench, folder, log) == []
    assert file.read_bytes() == sound


def test_a_damaged_plan_is_a_sentence_that_helps(bench, tmp_path):
    folder = tmp_path / "run"
    play(bench, folder, tmp_path / "log")
    text = (folder / "plan.json").read_text()
    for damaged in (text.replace("1000", "1001", 1), text[:-100], ""):
        (folder / "plan.json").write_text(damaged)
        with pytest.raises(UserError, match=f"make it again with `touchline run {folder}`"):
            PlanFile.read(folder)


@pytest.mark.parametrize("copy", [b"data: {root: ", b"\xff\xfe\x00", b"- 1", b""])
def test_a_damaged_copy_of_the_benchmark_is_written_again(bench, tmp_path, copy):
    folder, log = tmp_path / "run", tmp_path / "log"
    play(bench, folder, log)
    sound = (folder / "bench.yaml").read_bytes()
    (folder / "bench.yaml").write_bytes(copy)
    assert play(bench, folder, log) == []
    assert (folder / "bench.yaml").read_bytes() == sound


def test_an_answer_that_was_damaged_is_asked_again_in_the_same_run(bench, tmp_path):
    folder, log = tmp_path / "run", tmp_path / "log"
    asked = play(bench, folder, log)
    scores = (folder / "scores.json").read_bytes()
    (file,) = (folder / "replies/scripted").glob("*.jsonl")
    content = bytearray(file.read_bytes())
    content[content.index(b"None.", len(content) // 2)] ^= 1
    file.write_bytes(content)
    (again,) = play(bench, folder, log)
    assert again in asked
    assert (folder / "scores.json").read_bytes() == scores
    assert play(bench, folder, log) == []


def test_a_benchmark_that_is_not_as_it_was_written_is_not_believed(bench, tmp_path):
    folder, log = tmp_path / "run", tmp_path / "log"
    play(bench, folder, log)
    sound = (folder / "bench.yaml").read_text()
    (folder / "bench.yaml").write_text(sound.replace("fps: 5", "fps: 4"))
    with pytest.raises(UserError, match=f"--out {folder}` writes it again; if you changed"):
        play(folder, folder, log)
    (folder / "bench.yaml").write_text(sound.replace("fps: 5", "fps: 4").rpartition("#")[0])
    assert resume_plan(folder, None)[0].bench.sampling.fps == 4
    assert play(bench, folder, log) == []
    assert (folder / "bench.yaml").read_text() == sound


def test_a_plan_made_again_from_its_folder_says_its_name(bench, tmp_path, caplog):
    folder = tmp_path / "other"
    play(bench, folder, tmp_path / "log")
    (folder / "plan.json").write_text("{")
    assert resume_plan(folder, None)[0].name == "other"
    assert "made again from the benchmark; its name is other" in caplog.text
