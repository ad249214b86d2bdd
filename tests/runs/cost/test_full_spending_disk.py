"""The disk of the spending file is full: one model ends with the reason, the others go on."""

import errno
import os

import pytest

from tests.runs.cost.test_spend_limit import quiet
from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder
from touchline.errors import ComeBackLater, UserError
from touchline.replies import read_records
from touchline.runs import build_plan, parse_bench, run
from touchline.runs.cost import spending_file
from touchline.runs.cost.engine_factory import EngineFactory

WINDOWS = 6


class Disk:
    """Fails every write of the spending file from the n-th on."""

    def __init__(self, at, number):
        self.at, self.number, self.count = at, number, 0

    def __getattr__(self, name):
        return getattr(os, name)

    def write(self, handle, data):
        self.count += 1
        if self.count > self.at:
            raise OSError(self.number, os.strerror(self.number))
        return os.write(handle, data)


def plan_of(folder, endpoint, free):
    soccernet_folder(folder / "data", labels=[(1, 1000, "Goal")])
    price = "price: {input: 10, output: 1000, date: 2026-11-01}, "
    at = f"engine: openai, model: m, base_url: '{endpoint.base_url}', in_flight: 3"
    text = (
        f"data: {{root: data}}\nmodels: [{{name: paid, {price}{at}}}, "
        f"{{name: other, {'' if free else price}{at}}}]\n"
        "sampling: {fps: 5, window: 2, stride: 1}\n"
    )
    return build_plan(parse_bench(text, "b", folder), "b")


def answered(folder, name):
    return [record.answer.key for record in read_records(folder / "replies" / name)]


FULL = (errno.ENOSPC, ComeBackLater, "no space left on device")
LOCKED = (errno.EROFS, UserError, "read-only file system")


@pytest.mark.parametrize(
    ("at", "number", "kind", "says"), [(0, *FULL), (2, *FULL), (8, *FULL), (5, *LOCKED)]
)
def test_a_full_disk_of_the_money_ends_one_model(at, number, kind, says, tmp_path, monkeypatch):
    with Endpoint(lambda body: (200, completion("None."), {})) as endpoint:
        plan, folder = plan_of(tmp_path, endpoint, free=True), tmp_path / "run"
        monkeypatch.setattr(spending_file, "os", Disk(at, number))
        spending = EngineFactory(plan, folder, budget="9usd")
        if kind is ComeBackLater:
            with pytest.raises(ComeBackLater) as raised:
                run(plan, folder, quiet, None, spending)
            said = str(raised.value)
        else:
            said = run(plan, folder, quiet, None, spending).refused["paid"]
        assert "money cannot be counted in" in said
        assert says in said
        assert said.count("money cannot be counted") == 1
        assert len(set(answered(folder, "other"))) == WINDOWS
        # What was asked was paid for: none of its answers is lost.
        assert len(endpoint.bodies) - WINDOWS == len(answered(folder, "paid"))
        monkeypatch.undo()
        run(plan, folder, quiet, None, EngineFactory(plan, folder, budget="9usd"))
        keys = answered(folder, "paid")
        assert len(keys) == len(set(keys)) == WINDOWS
        assert len(endpoint.bodies) == 2 * WINDOWS
