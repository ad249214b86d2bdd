"""Training: the built-in demo model, made from rendered matches."""

from touchline.train.demo import train_demo

__all__ = ["train_demo"]
