"""A model with a memory is told what it reported last, in order, half by half."""

import json

import pytest

from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.models import Reply, find_card
from touchline.prompts.history import ReportedEvent, history_text
from touchline.replies.journal.records import read_records
from touchline.runs import ModelReplies, build_plan, parse_bench
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.worker import work
from touchline.runs.execute import prepare
from touchline.runs.planning.question_writer import plan_questions
from touchline.runs.planning.shards import Shard

CARD = "{name: m, engine: openai, base_url: 'http://127.0.0.1:9/v1', model: x, memory: 2}"
BENCH = f"""
data: {{root: data}}
sampling: {{fps: 2, window: 1, stride: 0.5}}
models: [{CARD}]
"""


class Echo:
    """Reports a corner and a foul in turn and keeps every prompt that it was given."""

    def __init__(self, prompts, stop=None, after=None, team="home"):
        self.prompts, self.stop, self.after, self.team = prompts, stop, after, team

    def replies(self, requests):
        for request in requests:
            self.prompts.append(request.messages.text)
            if len(self.prompts) == self.after:
                self.stop.request("enough")
            index = request.window.index
            claim = {"label": ("Corner", "Foul")[index // 4 % 2], "team": self.team, "time": 0.2}
            yield Reply(request.key, "None." if index % 4 else json.dumps(claim), "stop")

    def close(self):
        return


@pytest.fixture
def folder(tmp_path):
    soccernet_folder(tmp_path / "data")
    plan = build_plan(parse_bench(BENCH, "b", tmp_path), "b")
    contexts = prepare(plan, tmp_path / "run", lambda *_: None)
    plan_questions(plan, plan.models[0], contexts, tmp_path / "run")
    return tmp_path / "run"


def histories(folder):
    return {
        (record.window.half, record.window.index): record.told
        for record in read_records(folder / "replies" / "m")
    }


def test_each_window_is_told_what_came_before_it_in_its_own_half(folder):
    prompts = []
    worked = work(folder, "m", Shard(), Stop(), load=lambda *_: Echo(prompts))
    assert worked.left == 0
    known = histories(folder)
    assert known[1, 0] is None and known[2, 0] is None
    assert known[1, 1] == (
        "Earlier in this half you reported: Corner (home) 0.3 s before this clip."
    )
    assert known[2, 6] == (
        "Earlier in this half you reported: Corner (home) 2.8 s before this clip; "
        "Foul (home) 0.8 s before this clip."
    )
    assert sum("Earlier in this half" in text for text in prompts) == len(known) - 2


def test_a_memory_reads_replies_as_the_results_do(tmp_path):
    game = "league/2025-2026/game"
    soccernet_folder(tmp_path / "data", game)
    context = f'context: {{given: {{"{game}": {{home: {{kit: red}}, away: {{kit: blue}}}}}}}}'
    plan = build_plan(parse_bench(BENCH + context, "b", tmp_path), "b")
    folder = tmp_path / "run"
    plan_questions(plan, plan.models[0], prepare(plan, folder, lambda *_: None), folder)
    work(folder, "m", Shard(), Stop(), load=lambda *_: Echo([], team="the team in blue"))
    first = next(one for one in ModelReplies(folder, "m").readings() if one.detections)
    assert [one.team for one in first.detections] == ["away"]
    assert histories(folder)[1, 1] == (
        "Earlier in this half you reported: Corner (away) 0.3 s before this clip."
    )


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(folder, tmp_path):
    stop = Stop()
    work(folder, "m", Shard(), stop, load=lambda *_: Echo([], stop, after=5))
    assert 0 < len(histories(folder)) < 14
    work(folder, "m", Shard(), Stop(), load=lambda *_: Echo([]))
    broken = histories(folder)
    for file in (folder / "replies" / "m").iterdir():
        file.unlink()
    work(folder, "m", Shard(), Stop(), load=lambda *_: Echo([]))
    assert histories(folder) == broken


def test_a_memory_is_not_split_over_shards(folder):
    with pytest.raises(UserError, match="give it one shard"):
        work(folder, "m", Shard(0, 2), Stop(), load=lambda *_: Echo([]))


def test_a_memory_and_samples_exclude_each_other():
    card = {"name": "m", "engine": "openai", "model": "x", "memory": 2}
    with pytest.raises(UserError, match="gives one answer per window"):
        find_card({**card, "generation": {"samples": 3, "temperature": 1}})


def test_events_of_the_clip_itself_are_told_by_their_time_in_it():
    assert history_text([ReportedEvent("Goal", None, 4500)], 4000) == (
        "Earlier in this half you reported: Goal at 0.5 s of this clip."
    )
    assert history_text([], 0) is None
