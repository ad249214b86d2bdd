import pytest
import yaml

from touchline.yaml_text import read_yaml, yaml_problem


def problem_of(text):
    with pytest.raises(yaml.YAMLError) as caught:
        read_yaml(text)
    return yaml_problem(caught.value)


def test_values_are_those_of_yaml():
    assert read_yaml("{fps: 5, games: [a, b], when: 2026-11-27}")["games"] == ["a", "b"]
    assert read_yaml("") is None
    assert read_yaml("a: 1\n".encode("utf-16"))["a"] == 1


def test_a_repeated_key_is_refused_with_its_line():
    assert problem_of("fps: 1\nheight: 2\nfps: 3\n") == "line 3: 'fps' is there twice"


def test_a_repeated_key_deep_inside_is_refused():
    assert problem_of("models:\n - {name: a, name: b}\n") == "line 2: 'name' is there twice"


def test_a_merged_mapping_may_be_overridden():
    values = read_yaml("base: &b {x: 1, y: 2}\nother: {<<: *b, x: 3}\n")
    assert values["other"] == {"x": 3, "y": 2}


def test_aliases_that_stand_for_too_much_are_refused():
    laughs = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    laughs += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "aliases stand for more than 200,000 values" in problem_of("\n".join(laughs))


def test_an_alias_of_itself_is_refused():
    assert problem_of("&a [*a]") == "an alias is part of what it stands for"


@pytest.mark.parametrize("depth", [100, 5_000])
def test_what_is_nested_too_deeply_is_refused(depth):
    assert "nested" in problem_of("[" * depth + "]" * depth)


def test_a_text_that_is_too_long_is_refused():
    assert problem_of("a" * 5_000_000) == "it has more than 4,000,000 characters"


def test_a_syntax_error_is_one_line():
    assert "\n" not in problem_of("a: [1\nb: 2")
