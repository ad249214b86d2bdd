"""The hashes of all packages of `constraints.txt`, out of a report of pip's.

`make constraints` runs it. The file that it writes holds the wheels of one platform: there
`pip install --require-hashes -r constraints-hashed.txt` gets exactly the files that the tests ran
with, or none.

    pip install --dry-run --ignore-installed --no-deps --report report.json -r constraints.txt
    python tools/hashed_constraints.py report.json > constraints-hashed.txt
"""

import json
import platform
import sys
from pathlib import Path
from typing import Any


def hashed_lines(report: dict[str, Any]) -> list[str]:
    """One requirement for each package of a report, with the hash of the file that pip chose."""
    lines = []
    for one in report["install"]:
        name, version = one["metadata"]["name"], one["metadata"]["version"]
        hashes = one["download_info"]["archive_info"]["hashes"]
        public = version.partition("+")[0]  # a CPU build of torch has the same version
        lines.append(f"{name}=={public} --hash=sha256:{hashes['sha256']}")
    return sorted(lines, key=str.casefold)


if __name__ == "__main__":
    found = hashed_lines(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    print(
        f"# The files of constraints.txt for CPython {platform.python_version()} on "
        f"{platform.system()} {platform.machine()}, torch as its CPU build; made by "
        "'make constraints'."
    )
    print("\n".join(found))
