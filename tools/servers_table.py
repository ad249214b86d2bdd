"""Writes docs/servers.md from tools/servers.yaml.

Usage: python tools/servers_table.py          writes the page
       python tools/servers_table.py --check  says with exit code 1 that it is out of date
"""

import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/servers.md"
SERVERS = yaml.safe_load((ROOT / "tools/servers.yaml").read_text(encoding="utf-8"))

HEAD = """# What each server takes

This page is made by `python tools/servers_table.py` from `tools/servers.yaml`; tests say when it is
out of date, when it names a test that does not exist, and when it says otherwise than touchline's
own tables of settings and videos. [endpoints.md](endpoints.md) and [serving.md](serving.md) say how
to configure each.

- **bold**: a test asks the real server. Those of vLLM run where vLLM is installed, and skip
  elsewhere.
- refused: the server would lose it, so touchline refuses the model before the run starts, and a
  test tries that.
- *italic*: unverified. A test catches the request that touchline sends; what the real server makes
  of it was not tried, and is said here as its documentation says it.
"""


def page() -> str:
    """The whole page."""
    features: dict[str, str] = SERVERS["features"]
    parts = [
        HEAD,
        f"| server | {' | '.join(features.values())} |",
        f"|---|{'---|' * len(features)}",
    ]
    for server in SERVERS["servers"]:
        cells = " | ".join(_shown(server[feature]) for feature in features)
        parts.append(f"| {server['name']} (`{server['dialect']}`) | {cells} |")
    for server in SERVERS["servers"]:
        parts.append(f"\n## {server['name']}\n")
        parts += [f"- {said}: {_evidence(server[name])}" for name, said in features.items()]
    return "\n".join(parts) + "\n"


def _shown(cell: dict[str, Any]) -> str:
    """A cell of the table; its type says what it rests on."""
    if "server" in cell:
        return f"**{cell['says']}**"
    return str(cell["says"]) if cell["says"] == "refused" else f"*{cell['says']}*"


def _evidence(cell: dict[str, Any]) -> str:
    """What a cell rests on."""
    if "server" in cell:
        return f"{cell['says']}. Real server: {_tests(cell['server'])}"
    request = _tests(cell["request"]) if "request" in cell else "no test"
    if cell["says"] == "refused":
        return f"refused. Tried in {request}"
    return f"{cell['says']}. Unverified: {cell['source']}. Request: {request}"


def _tests(named: str | list[str]) -> str:
    return ", ".join(f"`{test}`" for test in ([named] if isinstance(named, str) else named))


def main() -> None:
    """Writes the page, or checks it."""
    wanted = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(wanted, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        sys.exit(f"{PAGE.relative_to(ROOT)} is out of date: run python tools/servers_table.py")


if __name__ == "__main__":
    main()
