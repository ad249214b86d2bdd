"""A run of eight windows through a batch API on loopback."""

from tests.support.videos import soccernet_folder
from touchline.models import Reply
from touchline.replies import read_records
from touchline.runs import build_plan, parse_bench, run
from touchline.runs.cost.engine_factory import EngineFactory

WINDOWS = 8
PRICE = "price: {input: 100, output: 1000, date: 2026-11-01}"


class BatchRun:
    """A benchmark of one model, `m`, that is run as often as wanted; its folder is `run`."""

    def __init__(self, tmp_path, entry):
        soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
        text = (
            f"data: {{root: data}}\nmodels: [{{name: m, {PRICE}, {entry}}}]\n"
            "sampling: {fps: 5, window: 1, stride: 1}\n"
        )
        self.plan, self.folder = build_plan(parse_bench(text, "b", tmp_path), "b"), tmp_path / "run"

    def __call__(self):
        spending = EngineFactory(self.plan, self.folder, batch=True)
        return run(self.plan, self.folder, lambda *_: None, None, spending)

    def forget_batch(self, batch):
        """What is left when a run is killed between the submission and writing down its id."""
        (shard,) = (self.folder / "batches/m").glob("*.json")
        shard.write_text(shard.read_text().replace(f'"{batch}"', "null"))

    def records(self):
        return list(read_records(self.folder / "replies/m"))

    def is_answered_at(self, usd):
        """Whether every window has one reply that cost so much."""
        replies = [record.answer for record in self.records()]
        assert all(isinstance(reply, Reply) for reply in replies)
        assert len({reply.key for reply in replies}) == len(replies) == WINDOWS
        return {reply.cost_usd for reply in replies} == {usd}
