import itertools
import json
import math
import re
import threading
import time

import pytest
from hypothesis import given, settings, strategies as st

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder
from touchline.errors import ComeBackLater, UserError
from touchline.games import SOCCERNET_V2
from touchline.models import Failure, FailureReason, Generation, Price, Reply, Request, find_card
from touchline.prompts import build_messages, load_template
from touchline.replies import read_records
from touchline.runs import build_plan, parse_bench, run
from touchline.runs.asking.workers import WorkerConfig
from touchline.runs.cost.engine_factory import EngineFactory
from touchline.runs.cost.spend_limit import LimitedEngine, SpendLimit, Tariff
from touchline.runs.cost.spending_file import SpendingFile
from touchline.seal import checked_line, content_of
from touchline.video import Window

CARD = find_card({"name": "x", "engine": "openai", "model": "m"})
PRICE = Price(input=10, output=1000, date="2026-11-01")


def request(number):
    window = Window("g", 1, number, 99, number * 2000, number * 2000 + 3000, (0, 200))
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
    return Request(f"k{number}", window, asked, list, Generation(max_new_tokens=100))


class InFlight:
    """An engine with several requests in flight, answered last come first."""

    def __init__(self, in_flight, answer):
        self.in_flight, self.answer, self.asked, self.closed = in_flight, answer, [], False

    def replies(self, requests):
        flying = []
        for one in requests:
            self.asked.append(one.key)
            flying.append(one)
            if len(flying) == self.in_flight:
                yield self.answer(flying.pop())
        while flying:
            yield self.answer(flying.pop())

    def close(self):
        self.closed = True


def reply(prompt_tokens, completion_tokens):
    return lambda one: Reply(
        one.key, "None.", prompt_tokens=prompt_tokens, completion_tokens=completion_tokens
    )


@pytest.fixture
def spend(tmp_path):
    return lambda *args, **kwargs: spend_in(tmp_path, *args, **kwargs)


def file_of(folder, spent_usd=0.0, session=1, limit_usd=math.inf):
    file = SpendingFile(folder / "spending.jsonl")
    file.begin(session, limit_usd, lambda: spent_usd, lambda _: False)
    return file


def spend_in(folder, limit_usd, engine, count=50, spent_usd=0.0):
    """Asks until the budget ends it; gives the answers and the budget."""
    (folder / "spending.jsonl").unlink(missing_ok=True)
    budget = SpendLimit(limit_usd, file_of(folder, spent_usd))
    budgeted = LimitedEngine(engine, Tariff(CARD, PRICE, (64, 48)), budget)
    answers = []
    try:
        answers.extend(budgeted.replies(map(request, range(count))))
    except ComeBackLater as error:
        return answers, budget, str(error)
    return answers, budget, None


@pytest.mark.parametrize("in_flight", [1, 4, 32])
def test_the_limit_holds_with_any_number_in_flight_and_nothing_is_lost(spend, in_flight):
    engine = InFlight(in_flight, reply(400, 100))
    answers, budget, said = spend(1.5, engine)
    assert budget.spent_usd <= 1.5
    assert len(answers) == len(engine.asked) == len({answer.key for answer in answers})
    assert budget.spent_usd == pytest.approx(len(answers) * PRICE.of(400, 100))
    # It stops only when one more could pass the limit: what it sets aside is below 0.2 USD.
    assert re.search(r"which costs up to 0\.1\d+ USD: 1\.\d+ USD are spent", said)
    assert budget.spent_usd > 1.5 - 0.2
    assert "the budget of 1.5 USD does not allow another window" in said


def test_answers_that_cost_less_than_was_set_aside_leave_room_for_more(spend):
    answers, _, _ = spend(1.5, InFlight(32, reply(10, 1)))
    assert len(answers) == 50


def test_answers_that_cost_more_than_was_thought_are_set_aside_for(spend):
    engine = InFlight(1, reply(40_000, 100))
    answers, budget, said = spend(3.0, engine)
    assert said is not None
    assert len(answers) == 6
    assert budget.spent_usd <= 3.0


def test_failures_that_were_paid_for_count(spend):
    def failing(one):
        return Failure(one.key, FailureReason.ENGINE, "cut short", 0.1, 400, 100)

    answers, budget, said = spend(1.0, InFlight(2, failing))
    assert said is not None
    assert budget.spent_usd == pytest.approx(len(answers) * PRICE.of(400, 100))
    assert budget.spent_usd <= 1.0


def test_what_is_spent_already_counts_and_a_higher_budget_goes_on(spend):
    answers, _, said = spend(1.0, InFlight(4, reply(400, 100)), spent_usd=0.95)
    assert (answers, "0.9500 USD are spent" in said) == ([], True)
    answers, _, _ = spend(2.0, InFlight(4, reply(400, 100)), spent_usd=0.95)
    assert len(answers) > 5


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), max_size=20), st.floats(0, 5))
def test_reservations_of_many_threads_never_pass_the_limit(tmp_path_factory, wishes, limit_usd):
    folder = tmp_path_factory.mktemp("spending")
    budget = SpendLimit(limit_usd, file_of(folder))
    granted = []
    threads = [
        threading.Thread(target=lambda usd=usd: budget.reserve("k", usd) and granted.append(usd))
        for usd in wishes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) <= limit_usd + 1e-9


def plan_of(tmp_path, endpoint, price="price: {input: 10, output: 1000, date: 2026-11-01}, "):
    if not (tmp_path / "data").exists():
        soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    text = (
        "data: {root: data}\nmodels: [{name: x, engine: openai, model: m, in_flight: 4, "
        f"{price}base_url: '{endpoint.base_url}', generation: {{max_new_tokens: 10}}}}]\n"
        "sampling: {fps: 5, window: 1, stride: 0.25}\n"
    )
    return build_plan(parse_bench(text, "b", tmp_path), "b")


def test_a_run_stops_at_its_budget_and_a_higher_one_goes_on(tmp_path):
    with Endpoint(lambda body: (200, completion("None."), {})) as endpoint:
        plan = plan_of(tmp_path, endpoint)
        folder = tmp_path / "run"

        def go(budget):
            spending = EngineFactory(plan, folder, budget=budget)
            return run(plan, folder, lambda *_: None, None, spending)

        with pytest.raises(ComeBackLater, match=r"the budget of 0\.15 USD"):
            go("0.15usd")
        first = [record.answer for record in read_records(folder / "replies/x")]
        each = PRICE.of(7, 3)
        assert 0 < len(first) * each <= 0.15
        assert len(first) == len(endpoint.bodies)
        with pytest.raises(ComeBackLater):
            go("0.15usd")
        assert len(endpoint.bodies) - len(first) <= 1
        go("5usd")
    keys = [record.answer.key for record in read_records(folder / "replies/x")]
    assert len(keys) == len(set(keys)) == len(endpoint.bodies)


def test_a_budget_needs_a_price_where_somebody_sends_a_bill(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-real-key")
    with Endpoint(lambda body: (200, completion("None."), {})) as endpoint:
        plan = plan_of(tmp_path, endpoint, price="")
        spending = EngineFactory(plan, tmp_path / "run", budget="1usd")
        free = plan.models[0].card
        spending(free, None).close()  # a server on this machine sends no bill
        bought = free.model_copy(update={"base_url": "https://api.openai.com/v1"})
        with pytest.raises(UserError, match="has no price, so --budget cannot be enforced"):
            spending(bought, None)


def test_questions_for_match_contexts_are_paid_from_the_budget_as_well(tmp_path):
    price = "price: {input: 10, output: 1000, date: 2026-11-01}"
    with Endpoint(lambda body: (200, completion('{"home": {"kit": "red"}}'), {})) as endpoint:
        soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
        model = f"engine: openai, model: m, base_url: '{endpoint.base_url}', {price}"
        text = (
            f"data: {{root: data}}\nmodels: [{{name: x, {model}}}]\n"
            f"context: {{ask: {{name: c, {model}}}}}\n"
            "sampling: {fps: 5, window: 1, stride: 1}\n"
        )
        plan = build_plan(parse_bench(text, "b", tmp_path), "b")

        def go(budget):
            spending = EngineFactory(plan, tmp_path / "run", budget=budget)
            run(plan, tmp_path / "run", lambda *_: None, None, spending)
            return EngineFactory(plan, tmp_path / "run").spent_usd

        with pytest.raises(ComeBackLater, match="another window of model 'c'"):
            go("0.01usd")
        assert endpoint.bodies == []
        assert go("50usd") == pytest.approx(len(endpoint.bodies) * PRICE.of(7, 3))
    assert len(endpoint.bodies) == 1 + 8


def test_two_processes_count_one_budget(tmp_path):
    first, second = (SpendLimit(1.0, file_of(tmp_path)) for _ in range(2))
    one, other = first.reserve("a", 0.6), second.reserve("b", 0.4)
    assert one and other
    assert first.reserve("c", 0.01) is second.reserve("c", 0.01) is None
    first.settle(one, 0.1, 0.1)
    assert second.spent_usd == pytest.approx(0.1)
    assert second.reserve("c", 0.5)


def test_what_a_killed_process_had_set_aside_stays_counted_unless_its_answer_is_recorded(tmp_path):
    SpendLimit(5.0, file_of(tmp_path)).reserve("lost", 2.0)
    SpendLimit(5.0, file_of(tmp_path)).reserve("recorded", 1.0)
    file = SpendingFile(tmp_path / "spending.jsonl")
    file.begin(2, math.inf, lambda: 0.3, lambda one: one.key == "recorded")
    assert file.spent_usd == pytest.approx(2.3)
    # The journals are counted anew by each session, and what they do not know is carried on.
    file.begin(3, math.inf, lambda: 0.5, lambda _: False)
    assert file.spent_usd == pytest.approx(2.5)


def test_the_lower_of_two_budgets_holds_and_one_of_another_machine_is_not_shared(tmp_path):
    file_of(tmp_path, limit_usd=1.0)
    joined = SpendLimit(math.inf, file_of(tmp_path))
    assert joined.reserve("a", 1.1) is None
    assert joined.limit_usd == 1.0
    file = tmp_path / "spending.jsonl"
    line = json.loads(content_of(file.read_bytes())) | {"machine": "node7 x"}
    file.write_bytes(checked_line(json.dumps(line).encode()))
    with pytest.raises(UserError, match="counted on node7: use --join there"):
        SpendLimit(math.inf, file_of(tmp_path)).reserve("a", 0.1)


@pytest.mark.parametrize(
    "usage",
    [
        {},
        {"prompt_tokens": 400},
        {"prompt_tokens": 400, "reasoning_tokens": 90},
        {"prompt_tokens": 400, "completion_tokens": 0, "reasoning_tokens": 90},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 400, "completion_tokens": 1, "cost_usd": -3.0, "reasoning_tokens": 90},
        {"prompt_tokens": "many", "completion_tokens": 3_000_000_000},
    ],
)
def test_an_answer_that_does_not_say_what_it_took_costs_what_was_set_aside(spend, usage):
    answers, budget, said = spend(1.0, InFlight(4, lambda one: Reply(one.key, "None.", **usage)))
    assert said is not None
    assert 0.8 < budget.spent_usd <= 1.0
    assert len(answers) < 10


def test_tries_whose_fate_is_unknown_cost_what_was_set_aside_for_them(spend):
    tried = []

    class Slow(InFlight):
        def replies(self, requests):
            for one in requests:
                for _ in range(5):
                    tried.append(one.key)
                    one.tries.lost()
                    if not one.tries.may_go_on():
                        break
                yield Failure(one.key, FailureReason.UNREACHABLE, "no answer within 1 s")

    _, budget, said = spend(1.0, Slow(1, None))
    assert said is not None
    assert 5 < len(tried) < 10
    assert 0.8 < budget.spent_usd <= 1.0


def test_a_server_that_is_too_slow_is_not_paid_more_than_the_budget(tmp_path):
    def slow(body):
        time.sleep(0.5)
        return 200, completion("None."), {}

    quick = "price: {input: 10, output: 1000, date: 2026-11-01}, timeout_s: 0.1, retries: 9, "
    with Endpoint(slow) as endpoint:
        plan = plan_of(tmp_path, endpoint, price=quick)
        most = 0.3
        spending = EngineFactory(plan, tmp_path / "run", budget=f"{most}usd")
        with pytest.raises(ComeBackLater, match=r"0\.3 USD does not allow another window"):
            run(plan, tmp_path / "run", quiet, None, spending)
        most_each = max(one["usd"] for one in records_of(tmp_path) if "reserve" in one)
        assert 0 < len(endpoint.bodies) * most_each <= most
        asked = len(endpoint.bodies)
        again = EngineFactory(plan, tmp_path / "run", budget=f"{most}usd")
        with pytest.raises(ComeBackLater, match="does not allow another window"):
            run(plan, tmp_path / "run", quiet, None, again)
        assert len(endpoint.bodies) == asked
    assert again.spent_usd <= most


def records_of(folder):
    lines = (folder / "run/spending.jsonl").read_bytes().splitlines()
    return [json.loads(content_of(line)) for line in lines if line]


def quiet(*_):
    return


def test_workers_and_those_that_join_spend_one_budget(tmp_path):
    def slow(body):
        time.sleep(0.05)
        return 200, completion("None."), {}

    with Endpoint(slow) as endpoint:
        plan = plan_of(tmp_path, endpoint)
        folder = tmp_path / "run"
        spending = EngineFactory(plan, folder, budget="0.15usd")
        workers = WorkerConfig((None, None, None))
        with pytest.raises(ComeBackLater, match=r"the budget of 0\.15 USD"):
            run(plan, folder, quiet, None, spending, workers)
    answered = [record.answer for record in read_records(folder / "replies/x")]
    assert 0 < len(answered) == len(endpoint.bodies)
    assert len(answered) * PRICE.of(7, 3) <= 0.15
    assert spending.spent_usd == pytest.approx(len(answered) * PRICE.of(7, 3))
    assert endpoint.most_in_flight <= 4


def test_what_a_stopped_run_did_not_send_costs_nothing(tmp_path):
    class Leaves(InFlight):
        def replies(self, requests):
            *_, last = list(itertools.islice(requests, 5))
            yield self.answer(last)

    budget = SpendLimit(10.0, file_of(tmp_path))
    budgeted = LimitedEngine(Leaves(5, reply(400, 100)), Tariff(CARD, PRICE, (64, 48)), budget)
    assert len(list(budgeted.replies(map(request, range(5))))) == 1
    assert budget.spent_usd == pytest.approx(PRICE.of(400, 100))
    assert SpendLimit(10.0, file_of(tmp_path)).reserve("k9", 10 - PRICE.of(400, 100) - 1e-6)
