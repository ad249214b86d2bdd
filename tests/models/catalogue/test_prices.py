"""Prices and retirement dates come from one file, which the user may override."""

from datetime import date

import pytest
import yaml

from touchline.errors import UserError
from touchline.models import EndpointCard, find_card
from touchline.models.catalogue.card_registry import built_in_cards, find_card_file
from touchline.models.catalogue.prices import shipped_prices

LUNA = {"price": {"input": 7.0, "output": 9.0, "date": "2026-12-15"}}


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes a file of the user's own."""

    def write(models, **fields):
        file = tmp_path / "prices.yaml"
        content = {"checked": "2026-12-15", "models": models, **fields}
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        monkeypatch.setenv("TOUCHLINE_PRICES", str(file))

    return write


def test_every_offered_model_behind_an_endpoint_has_a_price_or_is_free():
    for name in built_in_cards():
        card = find_card(name)
        if isinstance(card, EndpointCard) and card.status == "offered":
            assert card.price is not None or card.model.endswith(":free"), name


def test_no_card_of_touchline_has_a_price_beside_the_file():
    for name in built_in_cards():
        assert not find_card_file(name).values.keys() & {"price", "retires"}, name


def test_every_entry_is_of_a_card_has_a_source_and_is_not_of_the_future():
    file = shipped_prices()
    assert set(file.models) <= set(built_in_cards())
    for name, entry in file.models.items():
        assert entry.source and entry.source.startswith("https://"), name
        assert entry.price.date <= file.checked <= date(2026, 12, 31), name
        assert find_card(name).price == entry.on(date.today()).price
        assert entry.later is None or entry.later.date > file.checked, name


def test_an_announced_price_counts_from_its_date_on(write):
    entry = shipped_prices().models["gemini-3.8-flash"]
    assert entry.on(date(2026, 12, 31)).price.output == 3.75
    assert entry.on(date(2027, 1, 1)).price.output == 7.5
    for begins, output in (("2000-01-01", 4.0), ("2999-01-01", 9.0)):
        later = {"input": 3.0, "output": 4.0, "date": begins}
        write({"gpt-6-luna": {**LUNA, "later": later}})
        assert find_card("gpt-6-luna").price.output == output


def test_the_user_s_file_replaces_entries_and_has_those_of_the_user_s_cards(
    write, tmp_path, monkeypatch
):
    folder = tmp_path / "cards"
    folder.mkdir()
    (folder / "mine.yaml").write_text("name: mine\nengine: openai\nmodel: m\n")
    monkeypatch.setenv("TOUCHLINE_CARDS", str(folder))
    write({"gpt-6-luna": LUNA, "mine": LUNA})
    assert find_card("gpt-6-luna").price.input == find_card("mine").price.input == 7.0
    assert find_card("gpt-4o").price.input == 2.5
    assert find_card("gpt-4o").retires.date == date(2027, 1, 14)


def test_a_benchmark_s_own_price_wins(write):
    write({"gpt-6-luna": LUNA})
    own = {"input": 1, "output": 2, "date": "2026-11-20"}
    assert find_card({"use": "gpt-6-luna", "price": own}).price.output == 2


def test_a_price_does_not_change_who_the_model_is(write):
    before = find_card("gpt-6-luna").identity()
    write({"gpt-6-luna": LUNA})
    assert find_card("gpt-6-luna").identity() == before


@pytest.mark.parametrize(
    ("models", "sentence"),
    [
        ({"x": {"price": {"input": -1, "output": 1, "date": "2026-12-15"}}}, "prices.yaml"),
        ({"x": {"prise": {}}}, "prise"),
    ],
)
def test_a_wrong_file_is_one_sentence(write, models, sentence):
    write(models)
    with pytest.raises(UserError, match=sentence):
        find_card("gpt-4o")


def test_a_file_that_is_not_there_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("TOUCHLINE_PRICES", str(tmp_path / "none.yaml"))
    with pytest.raises(UserError, match="does not exist: correct it"):
        find_card("gpt-4o")
