"""Amounts as people write them."""

import pytest

from touchline.errors import UserError
from touchline.units import parse_memory, parse_size, parse_usd


@pytest.mark.parametrize("size", ["", "GB", "-1", "1.2.3", "5 parsec", "1e9"])
def test_what_is_not_a_size_is_one_sentence(size):
    with pytest.raises(UserError, match="is not a size"):
        parse_size(size)


@pytest.mark.parametrize(
    ("text", "gib"), [("24GB", 24), (" 24 ", 24), ("79.3 GiB", 79.3), ("8g", 8)]
)
def test_memory_is_read_in_the_unit_that_it_is_sold_in(text, gib):
    assert parse_memory(text) == round(gib * 2**30)


@pytest.mark.parametrize("text", ["lots", "24TB", "-3GB", ""])
def test_what_is_not_a_memory_is_one_sentence(text):
    with pytest.raises(UserError, match="is not a number of gigabytes"):
        parse_memory(text)


@pytest.mark.parametrize(("text", "usd"), [("5usd", 5), ("5 USD", 5), ("$0.50", 0.5), (".5", 0.5)])
def test_amounts_are_read_as_people_write_them(text, usd):
    assert parse_usd(text) == usd


@pytest.mark.parametrize("text", ["", "5eur", "-1", "much", "1e3"])
def test_what_is_not_an_amount_is_one_sentence(text):
    with pytest.raises(UserError, match="is not an amount of US dollars"):
        parse_usd(text)
