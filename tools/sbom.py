"""A bill of materials of an installation, in CycloneDX 1.6 as JSON.

    python tools/sbom.py                     the base, on standard output
    python tools/sbom.py local view          and what these extras add

Names, versions and licences are those of the installed packages; hashes are those of
constraints-hashed.txt, where it has the same version.
"""

import json
import re
import sys
import uuid
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tools.licences import closure, licences  # noqa: E402
from touchline import __version__  # noqa: E402

_HASHED = re.compile(r"(\S+)==(\S+) --hash=sha256:([0-9a-f]{64})")


def bill_of_materials(*extras: str) -> dict[str, Any]:
    """The bill of an installation.

    Args:
        extras: of touchline; none is the base.

    Raises:
        SystemExit: a package of it is not installed here.
    """
    found = closure(*extras)
    missing = [name for name, package in found.items() if package is None]
    if missing:
        raise SystemExit(f"not installed here: {', '.join(missing)}")
    hashes = _hashes()
    components = [_component(name, one, hashes) for name, one in found.items() if one is not None]
    name = f"touchline[{','.join(extras)}]" if extras else "touchline"
    root = {
        "type": "application",
        "bom-ref": f"pkg:pypi/touchline@{__version__}",
        "name": name,
        "version": __version__,
        "purl": f"pkg:pypi/touchline@{__version__}",
        "licenses": [{"license": {"id": "MIT"}}],
    }
    # The same installation has the same number, so two bills can be compared as files.
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([root, components], sort_keys=True))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {"component": root},
        "components": components,
        "dependencies": [
            {"ref": root["bom-ref"], "dependsOn": [one["bom-ref"] for one in components]}
        ],
    }


def _component(
    name: str, package: Distribution, hashes: dict[tuple[str, str], str]
) -> dict[str, Any]:
    version = package.version.partition("+")[0]
    address = f"pkg:pypi/{name}@{version}"
    expression = package.metadata.get("License-Expression")
    named = [{"license": {"name": one}} for one in sorted(licences(package))]
    found = {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "licenses": [{"expression": expression}] if expression else named,
    }
    digest = hashes.get((name, version))
    return found | ({"hashes": [{"alg": "SHA-256", "content": digest}]} if digest else {})


def _hashes() -> dict[tuple[str, str], str]:
    text = (ROOT / "constraints-hashed.txt").read_text(encoding="utf-8")
    return {
        (re.sub(r"[-_.]+", "-", name).lower(), version): digest
        for name, version, digest in _HASHED.findall(text)
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(bill_of_materials(*sys.argv[1:]), indent=1) + "\n")
