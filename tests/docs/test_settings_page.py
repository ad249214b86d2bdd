"""docs/settings.md says what the engines declare, and its example is accepted."""

import re

import yaml

from tools.settings_table import PAGE, page
from touchline.models import find_card


def test_the_page_of_settings_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_its_examples_are_accepted():
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    models, provider = (yaml.safe_load(block) for block in blocks)
    cards = [find_card(entry) for entry in models["models"]]
    assert cards[1].generation.temperature is None
    assert cards[2].dialect == "openai-reasoning"
    assert find_card({"use": "openrouter/gemma-3-27b", **provider}).provider.order == ("deepinfra",)
