"""Runs touchline while some packages are hidden: `python blocked_program.py VERB ... < names`.

Standard input holds the import names that are hidden, as JSON.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from blocked_import import Without


def main():
    names = json.loads(sys.stdin.readline())
    sys.meta_path[:] = [Without(finder, names) for finder in sys.meta_path]
    from touchline.cli.main import main as program

    sys.argv[0] = "touchline"
    program()


if __name__ == "__main__":
    main()
