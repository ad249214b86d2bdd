"""Labels that several people save at once: one is first, the others are told."""

import threading

from touchline.view import open_run
from touchline.view.labelling import StaleLabels, current_labels, save_labels


def save_at_once(run, game, version, savers):
    """Everybody moves the first label by another second; who saved, and how many were told."""
    before = [label._asdict() for label in current_labels(run, game).labels]
    saved, stale, start = [], [], threading.Barrier(savers)

    def save(number):
        entries = [before[0] | {"position_ms": 1000 + number}, *before[1:]]
        start.wait()
        try:
            save_labels(run, game, version, entries)
            saved.append(number)
        except StaleLabels:
            stale.append(number)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(savers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return saved, stale


def test_of_several_savers_one_saves_and_the_others_are_told(run_folder):
    run = open_run(run_folder)
    game = next(iter(run.labels))
    for version in range(3):
        first = current_labels(run, game).labels[0]
        saved, stale = save_at_once(run, game, version, 6)
        assert (len(saved), len(stale)) == (1, 5)
        now = current_labels(run, game)
        assert now.version == version + 1
        assert first._replace(position_ms=1000 + saved[0]) in now.labels
    files = sorted(path.name for path in (run_folder / "labels").rglob("*.json"))
    assert files == ["Labels-v2.1.json", "Labels-v2.2.json", "Labels-v2.json"]
