"""What is said of the time that is left, where there is no terminal."""

from touchline.cli.printing import progress as module
from touchline.cli.printing.progress import RunProgress


def test_loading_a_model_is_no_part_of_the_rate(monkeypatch, capsys):
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    shown = RunProgress()
    for seconds, done in ((0, 0), (60, 1), (20, 41)):
        now[0] += seconds
        shown("model", done, 141)
    first, second, third = capsys.readouterr().err.splitlines()
    assert first == "model: 0 of 141 windows"
    assert second == "model: 1 of 141 windows"  # one answer says nothing of the pace
    assert third == "model: 41 of 141 windows, 2.0/s, 50 s left"


def test_a_resumed_run_counts_from_where_it_was(monkeypatch, capsys):
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    shown = RunProgress()
    for seconds, done in ((0, 100), (60, 110), (10, 120)):
        now[0] += seconds
        shown("model", done, 140)
    assert capsys.readouterr().err.splitlines()[-1].endswith("120 of 140 windows, 1.0/s, 20 s left")
