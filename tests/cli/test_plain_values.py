"""Values that are taken as they are, and those that Typer converts or refuses."""

from pathlib import Path
from typing import Annotated, Any

import pytest
import typer

from touchline.cli.program.verbs import as_command

found: dict[str, Any] = {}


def verb(
    place: Annotated[Path, typer.Argument()],
    more: Annotated[list[Path] | None, typer.Option()] = None,
    names: Annotated[list[str] | None, typer.Option()] = None,
    size: Annotated[float, typer.Option(min=1)] = 2.5,
    count: Annotated[int, typer.Option()] = 3,
    loud: Annotated[bool, typer.Option("--loud")] = False,
    there: Annotated[Path | None, typer.Option(exists=True)] = None,
) -> None:
    """A verb."""
    found.clear()
    found.update(locals())


def call(*words: Any) -> Any:
    """The exit code."""
    with pytest.raises(SystemExit) as done:
        as_command("verb", verb).main([str(word) for word in words], prog_name="verb")
    return done.value.code


def test_plain_values_have_the_types_of_the_verb(tmp_path):
    assert call(tmp_path, "--more", "here", "--more", tmp_path, "--names", "a") == 0
    assert found == {
        "place": tmp_path,
        "more": [Path("here"), tmp_path],
        "names": ["a"],
        "size": 2.5,
        "count": 3,
        "loud": False,
        "there": None,
    }
    assert isinstance(found["place"], Path)


def test_other_values_are_converted():
    assert call("nowhere", "--size", "4", "--count", "7", "--loud") == 0
    assert found["place"] == Path("nowhere")
    assert (found["size"], found["count"], found["loud"]) == (4.0, 7, True)
    assert type(found["size"]) is float


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Missing argument"),
        (("a", "--size", "0"), "--size"),
        (("a", "--size", "wide"), "--size"),
        (("a", "--there", "nowhere"), "does not exist"),
        (("a", "--nome", "b"), "No such option"),
    ],
)
def test_what_is_wrong_is_refused_as_before(words, sentence, capsys):
    assert call(*words) == 2
    assert sentence in capsys.readouterr().err
