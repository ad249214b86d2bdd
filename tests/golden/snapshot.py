"""Everything that the command line leaves behind for fixed inputs, as plain values.

    python tests/golden/snapshot.py OUT.json [--shared FOLDER] [--only NAME ...]

Only the command line and the files of a run are used, so the same script takes the snapshot of an
older version: put its `src` on PYTHONPATH. Two snapshots that are equal mean that request keys,
plans, questions, journals, spots, scores and printed tables are.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PORT = 18766
"""Of the endpoint that answers; it stands in the plan, so it is fixed."""

MATCHES = (
    "grf_league/2025-2026/2025-08-23 - 20-00 Frequentists United 2 - 1 Real Bayesians",
    "grf_league/2025-2026/2025-08-09 - 15-00 Frequentists United 3 - 0 Real Bayesians",
)

FORMS = (
    "None.",
    "None.",
    '{{"label": "{label}", "team": "home", "time": {time}, "confidence": {sure}}}',
    '```json\n[{{"label": "{label}", "team": "away", "time": "{time}"}}]\n```',
    '{{"events": [{{"event": "{label}", "frame": 2, "confidence": {sure}}}, '
    '{{"event": "Foul", "time": 0.5, "team": "home"}}]}}',
    "- **{label}** at {time} s (home team)",
    "A {label} happens at {time} seconds.",
    '{{"label": "{label}", "team": "home", "time": {time}, "conf',
    "I'm sorry, I can't help with that.",
    '{{"label": "{label}"}}\n{{"label": "Ball out of play", "time": 1.2, "confidence": 0.4}}',
)
LABELS = ("Goal", "Corner", "Throw-in", "Foul", "Shots on target", "free kick", "Kick-off")

VARIANTS = f"""
data: {{{{root: {{root}}, games: [{{games}}]}}}}
models:
  - &m {{{{name: plain, engine: openai, model: m, base_url: "http://127.0.0.1:{PORT}/v1"}}}}
  - {{{{<<: *m, name: spread,
     sampling: {{{{frames: 8, height: 180, stamp: true, mask: top-left}}}}}}}}
  - {{{{<<: *m, name: cropped, sampling: {{{{crop: [0, 0.5, 1, 0.5], max_pixels: 20000,
     decoding: keyframes, fps: 2}}}}}}}}
  - {{{{<<: *m, name: flowing, sampling: {{{{flow: beside, fps: 2}}}}}}}}
  - {{{{<<: *m, name: uniform, sampling: {{{{adaptive: {{{{by: uniform, share: 0.2}}}}}}}}}}}}
  - {{{{<<: *m, name: sampled,
     generation: {{{{samples: 2, temperature: 0.7, max_new_tokens: 99}}}}}}}}
  - {{{{<<: *m, name: remembers, memory: 3}}}}
  - {{{{<<: *m, name: thinned, max_images: 6, too_many_images: thin, text_first: true,
     prompt_prefix: "JSON only.", system_prompt: "You watch soccer."}}}}
  - {{{{<<: *m, name: blanked, control: blank}}}}
  - {{{{<<: *m, name: shuffled, control: shuffled,
     price: {{{{input: 1.0, output: 2.0, date: 2026-11-01}}}}}}}}
sampling: {{{{window: 4, stride: 3}}}}
context:
  given:
    "{{first}}": {{{{home: {{{{team: Frequentists United, kit: red}}}}, away: {{{{kit: blue}}}}}}}}
reading: {{{{slack: 0.4, aliases: {{{{wide shot: Shots off target}}}}}}}}
merging: {{{{window: 8, named_sigma: 1.5}}}}
scoring: {{{{tolerance: 4}}}}
"""

PROMPT = f"""
data: {{{{root: {{root}}, games: [{{games}}], halves: [1]}}}}
models: [{{{{name: asked, engine: openai, model: m, base_url: "http://127.0.0.1:{PORT}/v1"}}}}]
sampling: {{{{fps: 1, window: 10, stride: 10, height: 64}}}}
prompt: {{prompt}}
"""


class _Endpoint(BaseHTTPRequestHandler):
    """Answers by the hash of what was asked, so that every version gets the same replies."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = json.dumps(body["messages"], sort_keys=True)
        digest = hashlib.sha256(asked.encode()).digest()
        text = FORMS[digest[0] % len(FORMS)].format(
            label=LABELS[digest[1] % len(LABELS)],
            time=round(digest[2] / 255 * 4, 1),
            sure=round(digest[3] / 255, 2),
        )
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 100 + digest[4], "completion_tokens": 9, "total_tokens": 110}
        answer = {
            "id": digest.hex()[:8],
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [choice],
            "usage": usage,
        }
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


def touchline(*arguments: str, cwd: Path, fails: bool = False) -> str:
    """What a verb prints, with the folder it ran in taken out."""
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-m", "touchline", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 and not fails:
        raise SystemExit(f"touchline {' '.join(arguments)}: {done.stderr[-2000:]}")
    return done.stdout.replace(str(cwd.resolve()), "{here}")


def run_folder(folder: Path, roots: dict[str, str]) -> dict[str, Any]:
    """The files of a run as plain values, without clocks, versions and places."""
    plan = json.loads(_text(folder / "plan.json", roots))
    plan.pop("versions"), plan.pop("touchline"), plan.pop("checksum", None)
    for game in plan["games"]:
        for half in game["halves"]:
            half.pop("modified_ns")
    questions, journals = {}, {}
    for file in sorted((folder / "questions").rglob("*.jsonl")):
        name = str(file.relative_to(folder / "questions"))
        questions[name] = [json.loads(line) for line in file.read_text().splitlines()]
        for half in questions[name]:
            half.pop("made_from"), half.pop("checksum", None)
    for file in sorted((folder / "replies").rglob("*.jsonl")):
        name = str(file.parent.relative_to(folder / "replies"))
        journals.setdefault(name, []).extend(_records(file))
    for records in journals.values():
        records.sort(key=lambda one: json.dumps(one, sort_keys=True))
    return {
        "bench": _without_checksum((folder / "bench.yaml").read_text()).replace(*_one(roots)),
        "plan": plan,
        "questions": questions,
        "journals": journals,
        "context": _json(folder / "context.json"),
        "spots": {
            str(file.relative_to(folder)): json.loads(file.read_text())
            for file in sorted((folder / "spots").rglob("*.json"))
        },
        "scores": _without_clocks(_json(folder / "scores.json")),
    }


def _without_checksum(text: str) -> str:
    return re.sub(r"^# checksum: .*\n", "", text, flags=re.MULTILINE)


def _one(roots: dict[str, str]) -> tuple[str, str]:
    return next(iter(roots.items()))


def _text(file: Path, roots: dict[str, str]) -> str:
    text = file.read_text(encoding="utf-8")
    for root, name in roots.items():
        text = text.replace(root, name)
    return text


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _records(file: Path) -> list[dict[str, Any]]:
    lines = [line for line in file.read_text().splitlines() if line]
    records = [json.loads(line.split(" ", 1)[1]) for line in lines]
    return [_without_clocks(record) for record in records]


CLOCKS = (
    "at_ms", "seconds", "waited_seconds", "memory_bytes", "windows_per_second",
    "times_real_time", "idle_share", "peak_memory_bytes", "per_second", "left_seconds",
    "last_answer_seconds",
)  # fmt: skip


def _without_clocks(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_clocks(one) for name, one in value.items() if name not in CLOCKS}
    if isinstance(value, list):
        return [_without_clocks(one) for one in value]
    return value


def of_run(folder: Path, here: Path, roots: dict[str, str]) -> dict[str, Any]:
    """A finished run, and what the verbs that read runs say of it."""
    name = str(folder.relative_to(here))
    status = _without_clocks(json.loads(touchline("status", name, "--json", cwd=here)))
    return {
        "files": run_folder(folder, roots),
        "status": status,
        "compare": touchline("compare", name, cwd=here, fails=True),
        "compare_json": touchline("compare", name, "--json", cwd=here, fails=True),
        "report": sorted(json.loads(touchline("report", name, "--json", cwd=here))[0]),
    }


def merged(folder: Path, here: Path, roots: dict[str, str]) -> dict[str, Any]:
    """The run merged with other settings, one after the other, and put back."""
    name, found = str(folder.relative_to(here)), {}
    bench = (folder / "bench.yaml").read_text()
    for change in ("method=soft-nms", "method=nms", "method=greedy", "storm=0", "offset=1.5"):
        touchline("merge", name, "--set", f"merge.{change}", cwd=here)
        files = run_folder(folder, roots)
        found[change] = {part: files[part] for part in ("spots", "scores", "bench")}
        (folder / "bench.yaml").write_text(bench)
    touchline("merge", name, cwd=here)
    return found


def league(here: Path, shared: Path) -> dict[str, Any]:
    """Two rendered matches, asked of an endpoint in ten ways, and with every prompt."""
    server = ThreadingHTTPServer(("127.0.0.1", PORT), _Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = shared / "matches"
    roots = {str(root.resolve()): "{root}"}
    games = ", ".join(json.dumps(match) for match in MATCHES)
    (here / "variants.yaml").write_text(
        VARIANTS.format(root=json.dumps(str(root)), games=games, first=MATCHES[0])
    )
    touchline("run", "variants.yaml", "--out", "variants", cwd=here)
    found = {
        "variants": of_run(here / "variants", here, roots),
        "again": touchline("run", "variants", "--json", cwd=here),
        "dry": touchline("run", "variants.yaml", "--out", "fresh", "--dry-run", "--json", cwd=here),
        "merged": merged(here / "variants", here, roots),
    }
    prompts = ("base.v1", "chunk.v1", "flow.v1", "interleaved.v1", "stamped.v1")
    for prompt in prompts:
        (here / f"{prompt}.yaml").write_text(
            PROMPT.format(root=json.dumps(str(root)), games=json.dumps(MATCHES[0]), prompt=prompt)
        )
        touchline("run", f"{prompt}.yaml", "--out", prompt, cwd=here)
        found[prompt] = run_folder(here / prompt, roots)
    found["fused"] = touchline(
        "fuse", "variants", "-o", "fused", "--model", "plain", "--model", "spread", "--json",
        cwd=here,
    )  # fmt: skip
    found["fused_files"] = run_folder(here / "fused", roots)
    touchline("tune", "variants", "--model", "plain", "--out", "tuned.yaml", cwd=here)
    found["tuned"] = (here / "tuned.yaml").read_text().replace(str(here.resolve()), "{here}")
    server.shutdown()
    return found


def demo(here: Path, _: Path) -> dict[str, Any]:
    """The built-in model on the built-in match."""
    printed = touchline("demo", "--out", "demo", cwd=here)
    plan = json.loads((here / "demo/plan.json").read_text())
    roots = {plan["root"]: "{root}"}
    found = {"run": of_run(here / "demo", here, roots), "printed": _untimed(printed)}
    return found | {"merged": merged(here / "demo", here, roots)}


def _untimed(printed: str) -> str:
    """A terminal table without its columns of time."""
    return re.sub(r"\d+ (s|min)\b", "TIME", printed)


def scored(here: Path, shared: Path) -> dict[str, Any]:
    """The official prediction sets and the real replies, scored."""
    found = {}
    for file in sorted((shared / "soccernet/predictions").glob("*.zip")):
        words = ("score", "--labels", str(shared / "soccernet/labels_test.zip"))
        words = (*words, "--predictions", str(file), "--lenient")
        found[file.name] = {
            "json": json.loads(touchline(*words, "--json", cwd=here)),
            "beyond": json.loads(touchline(*words, "--json", "--beyond", cwd=here))
            if "storm" not in file.name and "vlm" not in file.name
            else None,
            "printed": touchline(*words, cwd=here),
            "csv": touchline(*words, "--csv", cwd=here),
            "latex": touchline(*words, "--latex", cwd=here),
        }
    words = ("score", "--labels", str(shared / "qwen/labels"))
    words = (*words, "--predictions", str(shared / "qwen"))
    for stamp in ("centre", "start"):
        found[f"qwen {stamp}"] = {
            "json": json.loads(touchline(*words, "--json", "--stamp", stamp, cwd=here)),
            "printed": touchline(*words, "--stamp", stamp, cwd=here),
        }
    return found


def fits(here: Path, _: Path) -> dict[str, Any]:
    """Every card, in words, and what the planner says of it."""
    names = [card["name"] for card in json.loads(touchline("models", "list", "--json", cwd=here))]
    found = {}
    for name in names:
        found[name] = {
            "show": touchline("models", "show", name, cwd=here, fails=True),
            "fit": touchline(
                "models", "fit", name, "--gpu", "Titan RTX", "--json", cwd=here, fails=True
            ),
        }
    return found


PARTS = {"demo": demo, "league": league, "scored": scored, "fits": fits}


def main() -> None:
    """Takes a snapshot and writes it as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[3] / "shared")
    parser.add_argument("--only", nargs="*", default=list(PARTS))
    wanted = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted.only:
            here = Path(folder) / name
            here.mkdir()
            found[name] = PARTS[name](here, wanted.shared.resolve())
    wanted.out.write_text(json.dumps(found, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
