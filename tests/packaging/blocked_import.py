"""Imports modules while all packages but some are hidden: `python blocked_import.py < names`.

Standard input holds two lines of JSON: the import names that are hidden, and the modules. What
cannot be imported is printed as JSON, with the error.
"""

import importlib
import json
import sys


class Without:
    """A finder as another one, which does not find some packages."""

    def __init__(self, finder, names):
        self._finder, self._names = finder, frozenset(names)

    def __getattr__(self, name):
        return getattr(self._finder, name)

    def find_spec(self, name, path=None, target=None):
        return None if name in self._names else self._finder.find_spec(name, path, target)


def main():
    names = json.loads(sys.stdin.readline())
    sys.meta_path[:] = [Without(finder, names) for finder in sys.meta_path]
    failed = {}
    for module in json.loads(sys.stdin.readline()):
        try:
            importlib.import_module(module)
        except Exception as error:
            failed[module] = f"{type(error).__name__}: {error}"
    print(json.dumps(failed))


if __name__ == "__main__":
    main()
