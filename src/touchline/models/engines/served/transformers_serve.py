"""`transformers serve` in this interpreter, with a torchvision that can be imported.

python -m touchline.models.engines.served.transformers_serve serve CHECKPOINT --port 8000
"""

from touchline.models.torchvision_compat import register_torchvision_operators


def main() -> None:
    """Runs transformers' own command line."""
    register_torchvision_operators()
    from transformers.cli.transformers import main as transformers

    transformers()


if __name__ == "__main__":
    main()
