"""Runs whose plan holds a card from before its fields were renamed."""

import json

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder
from touchline.runs import run
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.planning.resume import resume_plan
from touchline.runs.run_folder import RunFolder

BENCH = """
data: {root: data}
models:
  - {name: scripted, engine: openai, model: m, base_url: 'http://127.0.0.1:9/v1', max_images: 1,
     too_many_images: thin, heir: demo, seen: [It worked.], needs: A key., status: offered}
sampling: {fps: 2, window: 1, stride: 0.5}
"""
OLD = {
    "superseded_by": "heir",
    "observations": "seen",
    "requires": "needs",
    "too_many_images": "too_many_images",
}


def test_a_run_with_the_old_names_is_resumed(tmp_path):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    bench, folder, log = tmp_path / "bench.yaml", tmp_path / "run", tmp_path / "asked.txt"
    bench.write_text(BENCH)
    log.write_text("")

    def go(where, out, **changes):
        log.write_text("")
        plan, found = resume_plan(where, out)
        run(plan, found, lambda *_: None, load=lambda *_: Scripted(log, **changes))
        return len(log.read_text().split())

    whole = go(bench, folder, fail_every=3)
    file = RunFolder(folder).plan
    plan = json.loads(file.read_text())
    (card,) = (model["card"] for model in plan["models"] if model["card"]["name"] == "scripted")
    assert (card["too_many_images"], card["superseded_by"]) == ("subsample", "demo")
    for new, old in OLD.items():
        card[old] = card.pop(new)
    card["too_many_images"] = "thin"
    del plan["checksum"]  # which such a run does not have
    file.write_text(json.dumps(plan))

    read = PlanFile.read(folder).model("scripted").load_card()
    assert (read.superseded_by, read.observations, read.requires) == (
        "demo",
        ("It worked.",),
        "A key.",
    )
    assert 0 < go(folder, None) < whole / 2
    assert go(folder, None) == 0
