"""Cards are found by name and alias, in touchline, in packages and in the user's folder."""

import pytest
import yaml

from tests.support.packages import install_package
from touchline.errors import UserError
from touchline.models import card_names, find_card
from touchline.models.catalogue.card_registry import built_in_cards, card_files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The user's own folder of cards."""
    monkeypatch.setenv("TOUCHLINE_CARDS", str(tmp_path / "cards"))
    (tmp_path / "cards").mkdir()
    return tmp_path / "cards"


def write(folder, name, **words):
    card = {"name": name, "engine": "openai", "model": "m", **words}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(card))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Qwen 2.5-VL 7B", "qwen2.5-vl-7b"),
        ("qwen/qwen2.5-vl-7b-instruct", "qwen2.5-vl-7b"),
        ("IDEFICS2-8B", "idefics2-8b"),
        ("llava-v1.6-mistral 7B", "llava-v1.6-mistral-7b"),
        ("InternVideo2-7B", "internvideo2"),
        ("Amazon Nova Lite 1.0", "nova-lite"),
        ("openai/none", None),
    ],
)
def test_names_of_people_find_a_card(said, name):
    if name is None:
        with pytest.raises(UserError, match="unknown model"):
            find_card(said)
    else:
        assert find_card(said).name == name


def test_every_model_of_the_retrospective_has_a_card(shared):
    """Each name of its tables 3.1 to 3.3, and of its comparison, finds one."""
    text = (shared / "RETROSPECTIVE.md").read_text()
    section = text[text.index("### 3.1") : text.index("### 3.2")]
    rows = [line.split("|")[1].strip(" *") for line in section.splitlines() if "| **" in line]
    assert len(rows) == 24
    compared = ["Qwen2.5-VL-32B", "InternVideo2-7B", "VideoLLaMA-2-13B", "F-16", "Gemini-1.5-Pro"]
    own = {"Meta Llama 4 Maverick 128B": "Llama 4 Maverick", "Meta Llama 4 Scout 17B": "Llama 4"}
    for name in [*rows, *compared]:
        plain = own.get(name, name)
        assert find_card("Llama 4 Scout" if plain == "Llama 4" else plain).name in card_names()


def test_no_two_built_in_cards_share_a_name_or_an_alias():
    said = [
        name
        for card in card_files()
        if card.source == "built in"
        for name in {one.lower() for one in (card.name, *card.values.get("aliases", ()))}
    ]
    assert len(said) == len(set(said))


def test_cards_that_supersede_another_are_offered():
    for name in built_in_cards():
        card = find_card(name)
        if card.superseded_by:
            assert find_card(card.superseded_by).status == "offered"


def test_a_file_in_the_users_folder_is_a_card(folder):
    write(folder, "mine", aliases=["My Own"])
    assert "mine" in card_names()
    assert find_card("my own").model == "m"


def test_the_users_card_goes_before_a_built_in_one(folder):
    write(folder, "qwen2.5-vl-7b", model="theirs")
    assert find_card("qwen2.5-vl-7b").model == "theirs"


def test_a_users_file_that_is_no_card_is_named(folder):
    (folder / "bad.yaml").write_text("- 1\n")
    with pytest.raises(UserError, match=r"bad\.yaml is not a card"):
        find_card("demo")


def test_a_package_brings_cards(tmp_path, monkeypatch):
    card = {"name": "from-a-package", "engine": "openai", "model": "m"}
    files = {"from-a-package.yaml": yaml.safe_dump(card)}
    install_package(tmp_path, monkeypatch, "touchline.cards", files)
    assert find_card("from-a-package").model == "m"
    source = {card.name: card.source for card in card_files()}
    assert source["from-a-package"] == "theirlab"
    assert source["demo"] == "built in"
