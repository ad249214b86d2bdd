"""Models under a quota: fetched on the login node, asked, removed, and the next ones fetched."""

import json
import os
import sys

import pytest

from tests.support.fake_hub import REPOSITORY, FakeHub
from tests.support.videos import soccernet_folder
from touchline.models import Reply
from touchline.replies import JournalWriter, Record
from touchline.runs.planning.question_reader import QuestionReader
from touchline.runs.run_folder import RunFolder

FILES = {"config.json": b"{}", "model.safetensors": b"a" * 5_000_000}
SECOND = "someone/second"
MODELS = ", ".join(
    f"{{name: {name}, engine: transformers, checkpoint: {checkpoint}}}"
    for name, checkpoint in (("first", REPOSITORY), ("second", SECOND))
)


class TwoModels(FakeHub):
    """A hub with the same files under two names."""

    def answer(self, path, authorization):
        return super().answer(path.replace(SECOND, REPOSITORY), authorization)


def answer_everything(run, model):
    """Writes down a reply to every question, as jobs that ran through would have."""
    planned = QuestionReader(run, model)
    with JournalWriter(RunFolder(run).journal(model), "test") as journal:
        for one in planned.questions(range(planned.file.total)):
            reply = Reply(one.key, "None.", "stop", 0.1)
            journal.write(Record(one.window, one.messages.first_frame, reply))


@pytest.mark.slow
def test_under_a_quota_the_next_model_is_fetched_when_one_is_done(slurm, tmp_path):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    bench, run = tmp_path / "bench.yaml", tmp_path / "run"
    bench.write_text(
        f"data: {{root: data}}\nmodels: [{MODELS}]\nsampling: {{fps: 5, window: 1, stride: 1}}\n"
    )
    hidden = {name: "" for name in os.environ if name.startswith("HF_")}
    # Jobs are held: what they would do with weights that are none is not the matter here.
    words = ["--on", "slurm", "--model-quota", "8MB", "--sbatch=--hold", "--json"]
    command = [sys.executable, "-m", "touchline", "run", bench, "--out", run, *words]
    cache = tmp_path / "hf/hub"
    with TwoModels(FILES) as hub:
        settings = {**hidden, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(tmp_path / "hf")}
        begun = slurm.tell(*command, **settings)
        assert begun.returncode == 75, begun.stderr
        assert json.loads(begun.stdout)["jobs"] == 1
        assert list(json.loads(begun.stdout)["held"]) == ["second"]
        assert "the quota is" in begun.stderr
        assert (cache / "models--someone--tiny").is_dir()

        answer_everything(run, "first")
        goes_on = slurm.tell(*command, **settings)
        assert goes_on.returncode == 0, goes_on.stderr
        assert json.loads(goes_on.stdout)["held"] == {}
        assert "(second 0/1)" in " ".join(json.loads(goes_on.stdout)["queue"])
        assert (cache / "models--someone--second").is_dir()
        assert not (cache / "models--someone--tiny").exists()
