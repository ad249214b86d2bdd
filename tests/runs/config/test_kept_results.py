"""Results of an earlier benchmark of the same name are kept beside the new ones."""

from pathlib import Path

from tests.support.videos import soccernet_folder
from touchline.progress import ignore_progress
from touchline.runs import Bench, build_plan, load_run, run
from touchline.runs.config.bench import DataSection
from touchline.video import FrameSpec


def test_a_changed_benchmark_keeps_what_the_earlier_one_came_to(tmp_path: Path) -> None:
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    folder, said = tmp_path / "run", []

    def run_with(sampling: FrameSpec) -> None:
        data = DataSection(root=str(tmp_path / "data"))
        bench = Bench(data=data, models=("baseline/prior",), sampling=sampling)
        run(build_plan(bench, "b"), folder, ignore_progress, notify=said.append)

    run_with(FrameSpec())
    run_with(FrameSpec())
    assert said == []
    page = (folder / "report/index.html").read_bytes()
    run_with(FrameSpec(window=1, stride=1))
    assert f"the results so far are kept in {folder / 'earlier/0001'}" in said
    kept = folder / "earlier/0001"
    assert (kept / "report/index.html").read_bytes() == page
    assert (folder / "report/index.html").read_bytes() != page
    assert load_run(kept).models.keys() == load_run(folder).models.keys()
    run_with(FrameSpec(window=2, stride=2))
    assert sorted(one.name for one in (folder / "earlier").iterdir()) == ["0001", "0002"]
