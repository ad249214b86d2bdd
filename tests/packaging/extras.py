"""Which extras the modules of touchline claim, and which packages an installation brings."""

import pkgutil
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import touchline

ROOT = Path(__file__).parents[2]
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

CLAIMED = {
    "touchline.models.batch.anthropic": "anthropic",
    "touchline.models.batch.gemini": "gemini",
    "touchline.models.capacity.peak_memory": "local",
    "touchline.models.engines.anthropic": "anthropic",
    "touchline.models.engines.bedrock": "bedrock",
    "touchline.models.engines.bedrock_answers": "bedrock",
    "touchline.models.engines.gemini": "gemini",
    "touchline.models.engines.hybrid": "local",
    "touchline.models.engines.hybrid.hybrid_card": "",
    "touchline.models.engines.transformers": "local",
    "touchline.train": "train",
    "touchline.view": "view",
}
"""The extra that modules below a prefix need to be imported; all others need the base alone."""


def extra_of(module):
    """The extra that a module claims, or an empty string."""
    found = [prefix for prefix in CLAIMED if module == prefix or module.startswith(f"{prefix}.")]
    return CLAIMED[max(found, key=len)] if found else ""


def all_modules():
    """Names of all modules of touchline."""
    found = pkgutil.walk_packages(touchline.__path__, "touchline.")
    return sorted(one.name for one in found if not one.name.endswith("__main__"))


def hidden_names(*extras):
    """Import names of installed packages that an installation with some extras does not bring."""
    brought = {"touchline"}.union(*map(distributions_of, extras))
    return sorted(
        name
        for name, owners in metadata.packages_distributions().items()
        if not brought & {canonicalize_name(owner) for owner in owners}
    )


def distributions_of(extra):
    """Names of the packages that an installation with one extra brings, dependencies included."""
    brought, todo = set(), [(one, "") for one in DECLARED["dependencies"]]
    todo += [(one, "") for one in DECLARED["optional-dependencies"].get(extra, ())]
    seen = set()
    while todo:
        if (asked := todo.pop()) in seen:
            continue
        seen.add(asked)
        text, parent_extra = asked
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": parent_extra}):
            continue
        name = canonicalize_name(requirement.name)
        if name == "touchline":
            own = DECLARED["optional-dependencies"]
            todo += [(one, "") for other in requirement.extras for one in own[other]]
            continue
        brought.add(name)
        try:
            needed = metadata.requires(name) or ()
        except metadata.PackageNotFoundError:
            continue
        todo += [(one, other) for one in needed for other in ("", *requirement.extras)]
    return brought
