"""The doctor asked about models and benchmarks; endpoints are real servers on loopback."""

import json

import pytest

from tests.doctor.pretended import Pretended, gpus, of_topic
from tests.support.endpoint import Endpoint
from tests.support.videos import soccernet_folder
from touchline.doctor import State, ThisMachine, Wanted, examine
from touchline.errors import UserError
from touchline.models import find_card, is_offered, list_offered_models

TITAN_RTX = "0, NVIDIA TITAN RTX, 24576, 535.54, 7.5, [N/A]"


class Online(Pretended):
    """A pretended machine whose network is real."""

    offered_models = ThisMachine.offered_models


@pytest.fixture
def server():
    with Endpoint(lambda _: (500, {}, {})) as endpoint:
        endpoint.pages["/v1/models"] = {"data": [{"id": "my-model"}, {"id": "other"}]}
        yield endpoint


@pytest.fixture
def card(tmp_path):
    """Writes the card of a model and gives its path."""

    def write(**fields):
        path = tmp_path / "card.yaml"
        path.write_text(json.dumps({"name": "mine", "engine": "openai", "model": "m"} | fields))
        return str(path)

    return write


def models(machine, *names, **wanted):
    return of_topic(examine(machine, Wanted(models=names, **wanted)).findings, "models")


def states(found):
    return [one.state for one in found]


def test_an_endpoint_that_offers_the_model(server, card):
    found = models(Online(), card(base_url=server.base_url, model="my-model"))
    assert State.PROBLEM not in states(found)
    assert "its endpoint answers and offers my-model" in found[0].says


def test_a_model_that_is_not_offered_and_the_nearest(server, card):
    found = models(Online(), card(base_url=server.base_url, model="my-modell"))
    assert found[0].state is State.PROBLEM
    assert "does not offer my-modell; the nearest is 'my-model'" in found[0].says


def test_an_endpoint_that_is_not_there(card):
    (found,) = models(Online(), card(base_url="http://127.0.0.1:9/v1"))
    assert found.state is State.PROBLEM
    assert "does not answer" in found.says


@pytest.mark.parametrize(
    ("pages", "says"),
    [
        ({}, "does not list its models"),
        ({"/v1/models": {"models": 3}}, "something other than a list of models"),
        ({"/v1/models": {"data": "none"}}, "something other than a list of models"),
    ],
)
def test_an_endpoint_that_answers_otherwise(server, card, pages, says):
    server.pages.clear()
    server.pages.update(pages)
    with pytest.raises(UserError, match=says):
        list_offered_models(find_card(card(base_url=server.base_url)))


def test_nothing_is_sent_without_consent(server, card, monkeypatch):
    monkeypatch.delenv("TOUCHLINE_YES")
    monkeypatch.setenv("MY_KEY", "a-key-of-this-test")
    machine = Pretended(offered=("m",))
    path = card(base_url="https://elsewhere.example/v1", api_key_env="MY_KEY")
    (found,) = models(machine, path)
    assert "you have not allowed yet" in found.says
    assert machine.asked == []
    assert "a-key-of" not in str(found)


@pytest.mark.parametrize(
    ("model", "offered"), [("a/b:nitro", ("a/b",)), ("qwen", ("qwen:latest",)), ("x", ("x",))]
)
def test_services_list_a_model_under_one_of_its_names(card, model, offered):
    assert is_offered(find_card(card(model=model)), offered)
    assert not is_offered(find_card(card(model=model)), ("y",))


def test_a_retired_model_and_one_that_leaves_soon(card):
    gone = {"retires": {"date": "2020-01-01", "source": "its maker"}}
    found = models(Pretended(offered=("m",)), card(**gone))
    assert found[0].state is State.PROBLEM
    assert "left the API on 2020-01-01" in found[0].says


def test_a_rejected_model_is_a_problem():
    found = models(Pretended(), "internvl2-26b")
    assert found[0].state is State.PROBLEM
    assert "is rejected" in found[0].says


def test_a_model_that_does_not_fit_the_gpu_here():
    machine = Pretended(gpus(TITAN_RTX), {"torch": "2.13"})
    found = models(machine, "qwen2.5-vl-32b", "qwen2.5-vl-7b")
    fits = {one.facts["model"]: one.state for one in found if "fits" in one.facts}
    assert fits == {"qwen2.5-vl-32b": State.PROBLEM, "qwen2.5-vl-7b": State.OK}
    assert any("needs huggingface-hub" in one.says for one in found)


def test_a_model_fits_the_gpu_that_slurm_is_asked_for():
    found = models(Pretended(), "qwen2.5-vl-7b", slurm={"gres": "gpu:TitanV:1"})
    assert [one.facts["gpu"] for one in found if "gpu" in one.facts] == ["Titan V"]


def test_a_benchmark_with_its_data_and_sampling(tmp_path):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    bench = tmp_path / "bench.yaml"
    bench.write_text(
        "data: {root: data}\nmodels: [baseline/prior, pixtral-12b]\n"
        "sampling: {fps: 25, window: 30, stride: 10}\n"
    )
    found = examine(Pretended(), Wanted(bench=bench))
    assert "1 game, 1 of them with labels" in of_topic(found.findings, "data")[0].says
    said = [one.says for one in of_topic(found.findings, "models")]
    assert "baseline/prior can be asked" in said


def test_data_that_is_not_there_is_a_problem_and_the_models_are_examined(tmp_path):
    bench = tmp_path / "bench.yaml"
    bench.write_text("data: {root: nowhere}\nmodels: [baseline/prior]\n")
    found = examine(Pretended(), Wanted(bench=bench))
    assert found.exit_code == 2
    assert found.findings[-1].says == "baseline/prior can be asked"
