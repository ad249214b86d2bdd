"""Errors of benchmark, card, task and settings files: file, line, key, nearest word, page."""

from pathlib import Path

import pytest

from touchline.errors import UserError
from touchline.games import find_task
from touchline.models import find_card
from touchline.runs import read_bench
from touchline.runs.config.merging_file import read_merging_file

DATA = 'data: {root: "builtin:demo", halves: [1]}\n'
CARD = "name: x\nengine: openai\nmodel: y\nbase_url: http://127.0.0.1:1/v1\n"
PYDANTIC = ("Input should", "valid tuple", "input tag", "instance of", "function-", "pydantic")


def refused(tmp_path: Path, name: str, text: str) -> str:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as raised:
        if name == "card.yaml":
            find_card(str(file))
        elif name == "task.yaml":
            find_task(str(file))
        elif name == "tuned.yaml":
            read_merging_file(file)
        else:
            read_bench(file)
    sentence = str(raised.value)
    assert str(file) in sentence
    assert not [one for one in PYDANTIC if one in sentence]
    return sentence.replace(str(file), name)


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("b.yaml", f"{DATA}models: demo\n", "b.yaml, line 2: models is 'demo': expected a list"),
        ("b.yaml", f"{DATA}models: [demo]\nsampling:\n  fsp: 2\n", "line 4: sampling.fsp is not"),
        ("b.yaml", f"{DATA}models: [demo]\ncontext: yes\n", "line 3: context is true: expected a"),
        ("b.yaml", f"{DATA}models:\n  - demo\n  - {{use: demo, generation: {{topp: 1}}}}\n",
         "b.yaml, line 4: model 'demo': generation.topp is not known; the nearest is 'top_p'"),
        ("b.yaml", "- a\n- b\n", "is not a mapping of names to values"),
        ("b.yaml", "", "b.yaml is empty"),
        ("card.yaml", f"{CARD}price:\n  input: cheap\n", "card card.yaml, line 6: price.input is"),
        ("card.yaml", "name: x\nengin: openai\n", "line 1: engine is missing; the nearest"),
        ("card.yaml", "name: x\nmodel: y\nengine: opnai\n", "line 3: engine 'opnai'"),
        ("card.yaml", f"{CARD}merging: {{}}\n", "line 5: merging is a setting of benchmarks"),
        ("b.yaml", f"{DATA}models:\n  - demo\n  - 7\n", "line 4: entry 2 of models is 7: expected"),
        ("b.yaml", f"{DATA}models: [{{use: demo, promt: x}}]\n", "the nearest is 'prompt'"),
        ("b.yaml", f"{DATA}models: [demo]\nprompt: base.v9\n", "line 3: prompt 'base.v9' is"),
        ("b.yaml", f"{DATA}models:\n- {{use: demo, prompt: base.v9}}\n", "line 3: prompt 'base"),
        ("b.yaml", f"{DATA}models: [demo]\nsweep:\n  prompt: [base.v1, base.v9]\n",
         "b.yaml, line 4: prompt 'base.v9' is neither"),
        ("task.yaml", "name: hb\nclases: [Goal]\n", "line 2: clases is not known; the nearest is"),
        ("tuned.yaml", "merging:\n  sigma: 1\n  windw: 3\n", "line 3: merging.windw is not known"),
    ],
)  # fmt: skip
def test_the_file_the_line_and_the_key(tmp_path: Path, name: str, text: str, wanted: str) -> None:
    assert wanted in refused(tmp_path, name, text)


@pytest.mark.parametrize(
    ("name", "text", "page"),
    [
        ("b.yaml", f"{DATA}models: 3\n", "docs/benchmarks.md"),
        ("card.yaml", f"{CARD}max_images: many\n", "docs/cards.md"),
        ("task.yaml", "name: 3\n", "docs/tasks.md"),
        ("tuned.yaml", "merging: {sigma: wide}\n", "docs/merging.md"),
    ],
)
def test_the_page_exists(tmp_path: Path, name: str, text: str, page: str) -> None:
    assert refused(tmp_path, name, text).endswith(f"; see {page}.")
    assert (Path(__file__).parents[3] / page).is_file()


def test_only_names_of_the_same_place_are_suggested(tmp_path: Path) -> None:
    """'fps' is a setting of sampling: it is no help for an unknown section."""
    sentence = refused(tmp_path, "b.yaml", f"{DATA}models: [demo]\nfp: 3\n")
    assert "'fps'" not in sentence


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("description: x\nschema: events\ninput: [frames]", "line 4: input is not known"),
        ("description: x\nschema: evnts\ninputs: [frames]", "line 3: schema is 'evnts': it is not"),
        ("description: x\ndescription: y", "front matter is not valid YAML: line 3: 'description'"),
    ],
)
def test_a_prompt_names_its_line_and_the_benchmark_its_own(
    tmp_path: Path, head: str, wanted: str
) -> None:
    prompt = tmp_path / "mine.j2"
    prompt.write_text(f"---\n{head}\n---\n{{{{ frames }}}}\n", encoding="utf-8")
    sentence = refused(tmp_path, "b.yaml", f"{DATA}models: [demo]\nprompt: {prompt}\n")
    assert sentence.startswith(f"b.yaml, line 3: prompt '{prompt}', ")
    assert wanted in sentence


def test_runs_that_a_sweep_names_are_relative_to_the_file(tmp_path: Path) -> None:
    adaptive = "{by: run, share: 0.5, run: runs/first}"
    file = tmp_path / "b.yaml"
    text = f"{DATA}models: [demo]\nsweep: {{sampling: {{adaptive: [null, {adaptive}]}}}}\n"
    file.write_text(text, encoding="utf-8")
    sweep = read_bench(file).sweep
    assert sweep is not None
    nothing, found = sweep.values()["sampling.adaptive"]
    assert (nothing, found["run"]) == (None, str(tmp_path / "runs/first"))
