"""Regular expressions take a time that grows with the text, not with its square.

Steps are compared, not seconds: the same text eight times as long may take not much more than eight
times as long, with room for a busy machine.
"""

import time

import pytest

from touchline.games import SOCCERNET_V2
from touchline.replies import ReadPolicy
from touchline.replies.budget import Budget
from touchline.replies.class_names import label_reader
from touchline.replies.cleaning.final_answer import final_answer
from touchline.replies.cleaning.preprocess import extract_answer
from touchline.replies.cleaning.reasoning import marked_answer, without_reasoning
from touchline.replies.cleaning.refusals import cannot_look, is_refusal
from touchline.replies.parsers.fields import parse_fields
from touchline.replies.parsers.markdown import parse_markdown
from touchline.replies.parsers.tables import parse_tables
from touchline.replies.parsers.xml import parse_xml
from touchline.replies.parsers.yaml_blocks import parse_yaml
from touchline.replies.sentences.sentence_claims import read_sentences

TASK = label_reader(SOCCERNET_V2, ReadPolicy()).task
SHORT, TIMES = 2_000, 8
PIECES = [
    *(
        "no ",
        "not a ",
        "no goal, foul, ",
        "goal or ",
        "a, ",
        "and a ",
        "- - ",
        "label: ",
        "time=1 ",
    ),
    *("1:1:1:", "1.1.", "1,1,", "confidence ", "|-", "| a |\n", "a,b\n", "<a b='", "<a></a>"),
    *("<think></think>", "</think>", "<answer>", "final answer", "Final: \n", ". So, so, "),
    *("没有", "、", "n't any ", "after a, ", "that is wrong ", "* ", "**", "#", "event: event: "),
    *("of the ", "''", "\\boxed{", "a:\n  - b: c\n", "a:\n- 1\n"),
]
STEPS = {
    "clean": extract_answer,
    "reasoning": without_reasoning,
    "answer": marked_answer,
    "final": final_answer,
    "refusals": lambda text: (is_refusal(text), cannot_look(text)),
    "fields": lambda text: parse_fields(text, TASK, Budget(200)),
    "markdown": lambda text: parse_markdown(text, TASK, Budget(200)),
    "tables": lambda text: parse_tables(text, TASK, Budget(200)),
    "xml": lambda text: parse_xml(text, TASK, Budget(200)),
    "yaml": lambda text: parse_yaml(text, TASK, Budget(200)),
    "sentences": lambda text: read_sentences(text, TASK, 200),
}


def seconds(step, text):
    best = []
    for number in range(3):
        # Sentences are cached, so each turn has its own.
        own = f"{text} {len(text)} {number}"
        start = time.thread_time()
        step(own)
        best.append(time.thread_time() - start)
    return min(best)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_time_grows_with_the_length(step):
    step("warm")
    for piece in PIECES:
        short = piece * (SHORT // len(piece))
        for _ in range(3):
            once, eight_times = seconds(step, short), seconds(step, short * TIMES)
            if eight_times < 3 * TIMES * max(once, 2e-4):
                break
        else:
            raise AssertionError(f"{piece!r}: {once:.5f} s, then {eight_times:.5f} s")
