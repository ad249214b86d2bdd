"""Prompts from strangers: each ends in one sentence, soon and in little memory."""

import pytest

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.prompts import build_messages, parse_template
from touchline.video import Window

WINDOW = Window("g", 1, 0, 10, 0, 4000, (0, 1000, 2000, 3000))


def rendered(source):
    return build_messages(WINDOW, parse_template("evil", source, SOCCERNET_V2)).text


def nested(depth):
    begin = "{% for a in frames %}" * depth
    return begin + "x" + "{% endfor %}" * depth


@pytest.mark.parametrize(
    "source",
    [
        nested(30),
        "{% for a in frames %}" * 15 + "{% if a == 1 %}{% endif %}" + "{% endfor %}" * 15,
        "{% for a in range(10**9) %}{% endfor %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{% set a = 'xxxxxxxx' %}" + "{% set a = a ~ a %}" * 60,
        "{% set a = 'xxxxxxxx' %}" + "{% set a = a + a %}" * 60,
        "{% set a = frames %}" + "{% set a = a + a %}" * 60,
        "{% set a = 'x' %}" + "{% set a = frames|join(a) %}" * 60,
        "{% set a %}xx{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60,
        "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}",
        "{% for a in [frames] recursive %}{{ loop([a]) }}{{ loop([a]) }}{% endfor %}",
        "{{ 'x'.center(1000000000) }}",
        "{{ 'x'|center(1000000000) }}",
        "{{ '%1000000000d'|format(1) }}",
        "{{ ['center']|map('center', 1000000000)|list }}",
        "{{ lipsum(n=100000) }}",
        "{% include 'base.v1.j2' %}",
        "{% import 'os' as os %}",
        "{{ frames.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ _rounds.left }}",
        "{{ 1 / 0 }}",
        "{{ 1 + 'a' }}",
        "{{ frames[99] }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "x" * 300_000,
        "{{ " + "9" * 5000 + " }}",
        "{% filter center(1000000000) %}x{% endfilter %}",
    ],
    ids=lambda source: source[:40],
)
def test_a_prompt_that_would_not_end_is_one_sentence(source):
    with pytest.raises(UserError, match="prompt 'evil'") as refused:
        rendered(source)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% for a in frames %}{{ loop.index }}:{{ a }} {% endfor %}", "1:0.0 2:1.0 3:2.0 4:3.0"),
        ("{{ frames|join(', ') }} of {{ frames|length }}", "0.0, 1.0, 2.0, 3.0 of 4"),
        ("{% set n = frames|length %}{{ 'n=' ~ n ~ '!' }}", "n=4!"),
        ("{% if context %}a{% else %}{{ chunk + 1 }} of {{ chunks }}{% endif %}", "2 of 10"),
        ("{{ frames[0] if frames else 'none' }}{{ frames[1:]|last|upper }}", "0.03.0"),
        ("{% for a in frames %}{% for b in frames %}x{% endfor %}{% endfor %}", "x" * 16),
    ],
)
def test_what_prompts_need_is_rendered(source, text):
    assert rendered(source) == text
