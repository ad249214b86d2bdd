"""What never changes what a reply is read as, and what never adds an event to it."""

import json

import pytest
from hypothesis import given, settings, strategies as st

from tests.replies.damaged_replies import WINDOW
from touchline.games import SOCCERNET_V2
from touchline.replies import Outcome, Reading, parse_reply
from touchline.replies.grammar.keys import Role, key_meanings
from touchline.replies.grammar.languages import languages

EXAMPLES = settings(max_examples=150, deadline=None)
KEYS = {"label": Role.LABEL, "time": Role.TIME, "team": Role.TEAM, "confidence": Role.CONFIDENCE}
EVENT = st.fixed_dictionaries(
    {"label": st.sampled_from(SOCCERNET_V2.classes)},
    optional={
        "time": st.integers(0, 39).map(lambda tenths: tenths / 10),
        "team": st.sampled_from(["home", "away"]),
        "confidence": st.integers(1, 99).map(lambda hundredths: hundredths / 100),
    },
)
EVENTS = st.lists(EVENT, min_size=1, max_size=4, unique_by=lambda one: one["label"])
ALIASES = {
    role: sorted(
        key
        for key, meaning in key_meanings().items()
        # "name", "t" and the like are keys of an event only where no better one is there.
        if meaning.role is role and " " not in key
    )
    for role in KEYS.values()
}


def read(text: str) -> Reading:
    return parse_reply(text, "stop", WINDOW, SOCCERNET_V2)


def facts(reading: Reading):
    return reading.outcome, sorted(
        (one.label, one.position_ms, one.team or "", one.confidence or -1.0)
        for one in reading.detections
    )


def dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


WRAPPERS = [
    lambda events: {"events": events},
    lambda events: {"type": "soccer_analysis", "events": events},
    lambda events: {"name": "report_events", "arguments": {"events": events}},
    lambda events: {"name": "report_events", "arguments": dumped({"events": events})},
    lambda events: {"tool_calls": [{"function": {"name": "report", "arguments": dumped(events)}}]},
    lambda events: {"status": "success", "data": {"detections": events}},
    lambda events: {"answer": events, "summary": "as seen"},
    lambda events: [[events]],
    lambda events: {"draft": [], "final": events},
]
AROUND = [
    "{}",
    "```json\n{}\n```",
    "Here you are:\n{}",
    "<answer>{}</answer>",
    "<tool_call>\n{}\n</tool_call>",
    "\\boxed{{{}}}",
    "<|begin_of_box|>{}<|end_of_box|>",
    "Final answer: {}",
]


@EXAMPLES
@given(EVENTS, st.sampled_from(WRAPPERS), st.sampled_from(AROUND))
def test_wrapping_changes_nothing(events, wrap, around):
    assert facts(read(around.format(dumped(wrap(events))))) == facts(read(dumped(events)))


@EXAMPLES
@given(EVENTS, st.data())
def test_aliases_of_keys_change_nothing(events, data):
    names = {key: data.draw(st.sampled_from(ALIASES[role])) for key, role in KEYS.items()}
    style = data.draw(st.sampled_from([str, str.upper, str.title, lambda key: f" {key}:"]))
    renamed = [{style(names[key]): one[key] for key in one} for one in events]
    assert facts(read(dumped(renamed))) == facts(read(dumped(events)))


@EXAMPLES
@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_keys_and_events_changes_nothing(events, dice):
    shuffled = []
    for one in dice.sample(events, len(events)):
        keys = dice.sample(sorted(one), len(one))
        shuffled.append({key: one[key] for key in keys})
    assert facts(read(dumped(shuffled))) == facts(read(dumped(events)))


THOUGHTS = [
    "<think>{}</think>",
    "<thought>{}</thought>\n",
    "<seed:think>{}</seed:think>",
    "<reasoning>{}</reasoning>",
    "<analysis>{}</analysis>",
    "[THINK]{}[/THINK]",
    "◁think▷{}◁/think▷",
    "<|begin_of_thought|>{}<|end_of_thought|>",
    "{}</think>",
    "<think>{}<think>{}</think></think>",
    "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>",
    "<scratchpad>{}</scratchpad><reflection>{}</reflection>",
]
CLOSINGS = [
    "No other events.",
    "There are no other significant events in these frames.",
    "Nothing else happens.",
    "Let me know if you need anything else.",
    "No hay más eventos.",
    "Sonst passiert nichts.",
]


@EXAMPLES
@given(EVENTS, st.sampled_from(THOUGHTS), EVENTS)
def test_reasoning_before_the_answer_changes_nothing(events, thought, considered):
    before = thought.replace("{}", dumped(considered))
    assert facts(read(before + dumped(events))) == facts(read(dumped(events)))
    assert read(f"{before}None.").outcome is Outcome.NOTHING


@EXAMPLES
@given(EVENTS, st.sampled_from(CLOSINGS), st.sampled_from(["\n", " ", "\n\n"]))
def test_a_closing_sentence_changes_nothing(events, closing, between):
    for text in (dumped(events), f"```json\n{dumped(events)}\n```"):
        assert facts(read(text + between + closing)) == facts(read(text))
    sentences = " ".join(f"There is a {one['label'].lower()} event at 1.4 s." for one in events)
    assert facts(read(sentences + between + closing)) == facts(read(sentences))


@EXAMPLES
@given(EVENTS, st.integers(2, 5))
def test_saying_it_again_changes_nothing(events, times):
    once = facts(read(dumped(events)))
    assert facts(read("\n".join([dumped(events)] * times))) == once
    assert facts(read(dumped(events * times))) == once


DENIALS = [
    "There is no {}.",
    "No {} is visible.",
    "I do not see any {}.",
    "I can't see a {} in these frames.",
    "It is unclear whether a {} took place.",
    "- {}: No",
    "{}: not detected",
    "{}: ❌",
    '{{"{}": false}}',
    '{{"{}": []}}',
    '{{"{}": "none"}}',
    '{{"{}": {{"detected": false}}}}',
    '[{{"label": "{}", "present": "no"}}]',
    '{{"event": "{}", "occurred": false, "time": 1.4}}',
    "| Event | Detected |\n|---|---|\n| {} | No |",
    "event,present\n{},no",
    "<event><label>{}</label><detected>no</detected></event>",
]


@pytest.mark.parametrize("denial", DENIALS)
@pytest.mark.parametrize("label", SOCCERNET_V2.classes)
def test_a_denial_never_adds_its_class(denial, label):
    reading = read(denial.format(label))
    assert reading.detections == (), reading
    assert reading.outcome is Outcome.NOTHING, reading


@EXAMPLES
@given(st.sampled_from(DENIALS[:8]), st.sampled_from(SOCCERNET_V2.classes), EVENT)
def test_a_denial_beside_a_claim_adds_nothing(denial, label, event):
    said = f"There is a {event['label']} at 1.4 s."
    for text in (f"{denial.format(label)}\n{said}", f"{said}\n{denial.format(label)}"):
        labels = {one.label for one in read(text).detections}
        assert labels <= {event["label"]}, text
        if label != event["label"]:
            assert labels == {event["label"]}, text


@pytest.mark.parametrize("language", languages(), ids=lambda one: one.language)
def test_every_languages_words_mean_what_its_file_says(language):
    for name in language.null_names:
        assert read(name).outcome is Outcome.NOTHING, name
        assert read(dumped({"events": [{"label": name}]})).outcome is Outcome.NOTHING, name
    for english, names in language.names.items():
        label = read(dumped({"label": english})).detections[0].label
        for name in names:
            (one,) = read(dumped({"label": name})).detections
            assert one.label == label, name
            assert read(dumped({name: []})).detections == (), name
    for side in ("home", "away"):
        for word in getattr(language.teams, side):
            (one,) = read(dumped({"label": "Goal", "team": word})).detections
            assert one.team == side, word
    for word in language.no:
        assert read(dumped({"label": "Goal", "detected": word})).detections == (), word
    for word in language.yes:
        assert len(read(dumped({"label": "Goal", "detected": word})).detections) == 1, word
