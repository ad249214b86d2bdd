"""Templates by name, with front matter, from packages and files."""

import pytest

from tests.support.packages import install_package
from touchline.errors import UserError
from touchline.games import BALL_12, SOCCERNET_V2
from touchline.prompts import build_messages, load_template, template_names, tracks_used
from touchline.video import Window

WINDOW = Window("g", 1, 0, 1, 0, 3000, (0, 1000))
HASHES = {
    "base.v1": "5c5603bef1bd2f75c59bc25b8ee0c1ff9ca946a3c0d935cf73d1b4b600d566c5",
    "chunk.v1": "5273252f25f77924775442c4eafc6a6af11c6f7b654deb01333ed6d171bba36e",
    "commentary.v1": "31d90131bc67c8f4a5df2940f4c75da60c009b153d8dfb0eed28999ac8518b99",
    "context.v1": "90def362a6a1900bf6baa4f8ce2bcebc112cdaeaed74cbd43480bc3f908f8c31",
    "flow.v1": "f20bca6ae1aa9cb72891cc9977a13dfa52526d5bd2facdbf2c3c7cc0290a69bf",
    "interleaved.v1": "9c78ea91c173a379dbe9ec12371a1a54724022b41477bd6dd8eaad4a30835ec3",
    "sound.v1": "7037e76d9fdc6abee62cbdd1e5a0f764a127b8fdb862aaba993b5e50ca58eba6",
    "stamped.v1": "38a7029d4f861bfe27ddb6292f91427845804a19a85edea3e7c7ced0a1a0a411",
}
OURS = """---
description: asks for the crowd
schema: events
inputs: [frames, heard]
---
{{ frames | length }} frames. {{ heard | join }}
{{ event_types }}
"""


@pytest.mark.parametrize(("name", "sha256"), HASHES.items())
def test_a_published_version_never_changes(name, sha256):
    """Requests are known by their text: another text needs another version."""
    assert load_template(name, SOCCERNET_V2).sha256 == sha256


def test_every_template_says_what_it_is():
    for name in template_names():
        template = load_template(name, SOCCERNET_V2)
        assert template.description
        assert template.schema == ("match_context" if name == "context.v1" else "events")
        assert "---" not in template.source


def test_the_classes_are_those_of_the_task():
    asked = build_messages(WINDOW, load_template("base.v1", BALL_12))
    assert "- Passes: PASS, HIGH PASS, CROSS, HEADER\n" in asked.text
    assert "Goal," not in asked.text
    assert '"team": "left" OR "right", ' in asked.text
    events = asked.schema.to_json()["properties"]["events"]
    assert events["items"]["properties"]["label"]["enum"] == list(BALL_12.classes)
    assert events["items"]["properties"]["team"]["enum"] == ["left", "right", None]


def test_front_matter_is_not_part_of_the_prompt(tmp_path):
    file = tmp_path / "ours.j2"
    file.write_text(OURS)
    template = load_template(str(file), SOCCERNET_V2)
    assert (template.description, tracks_used(template)) == ("asks for the crowd", ["heard"])
    assert build_messages(WINDOW, template).text == f"2 frames. \n{SOCCERNET_V2.event_types}"


def test_without_front_matter_a_template_asks_for_events_and_uses_what_it_names(tmp_path):
    file = tmp_path / "contextual.j2"
    file.write_text("{{ frames | length }} {{ commentary | join }}")
    template = load_template(str(file), SOCCERNET_V2)
    assert (template.schema, tracks_used(template)) == ("events", ["commentary"])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("schema: events", "schema: evnts", "not one of events, match_context; the nearest is 'ev"),
        ("schema: events\n", "", "line 2: schema is missing; see docs"),
        ("inputs: [frames, heard]", "input: []", "input is not known; the nearest is 'inputs'"),
        ("inputs: [frames, heard]", "inputs: [frames]", "uses the variable 'heard', which its fr"),
        ("[frames, heard]", "[frames, heard, flow]", "does not use the variable 'flow', which its"),
        ("---\n{{", "{{", "no second '---' ends this part"),
        ("schema: events", "schema: [", "front matter is not valid YAML"),
        ("| length }}", "| length", "does not render"),
    ],
)
def test_wrong_front_matter_is_one_sentence(tmp_path, old, new, sentence):
    file = tmp_path / "ours.j2"
    file.write_text(OURS.replace(old, new))
    with pytest.raises(UserError) as caught:
        load_template(str(file), SOCCERNET_V2)
    assert str(caught.value).startswith(f"prompt '{file}'")
    assert sentence in str(caught.value)


def test_an_unknown_template_names_the_known_ones_and_the_nearest():
    with pytest.raises(UserError, match=r"'bsae\.v1' is neither.*base\.v1, chunk.*is 'base\.v1'"):
        load_template("bsae.v1", SOCCERNET_V2)


def test_a_package_brings_templates(tmp_path, monkeypatch):
    install_package(tmp_path, monkeypatch, "touchline.prompts", {"crowd.v1.j2": OURS})
    assert "crowd.v1" in template_names()
    assert load_template("crowd.v1", SOCCERNET_V2).description == "asks for the crowd"


def test_a_package_cannot_replace_a_template(tmp_path, monkeypatch):
    install_package(tmp_path, monkeypatch, "touchline.prompts", {"base.v1.j2": OURS})
    with pytest.raises(
        UserError, match=r"prompt 'base\.v1' of the package 'theirlab' has the name"
    ):
        template_names()
