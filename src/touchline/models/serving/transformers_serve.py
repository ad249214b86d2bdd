"""`transformers serve` in this interpreter, with a torchvision that can be imported.

python -m touchline.models.serving.transformers_serve serve CHECKPOINT --port 8000
"""

from touchline.models.torchvision_operators import mend_torchvision


def main() -> None:
    """Runs transformers' own command line."""
    mend_torchvision()
    from transformers.cli.transformers import main as transformers

    transformers()


if __name__ == "__main__":
    main()
