"""What tests of verbs share: a finished run, which they copy before they change it."""

from pathlib import Path

import pytest

from touchline.runs import build_plan, parse_bench, run

BENCH = 'data: {root: "builtin:demo"}\nmodels: [baseline/prior]\n'


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The folder of a scored run of null baselines on the built-in match."""
    folder = tmp_path_factory.mktemp("finished") / "demo"
    run(build_plan(parse_bench(BENCH, "b", Path()), "demo"), folder, lambda *_: None)
    return folder
