"""Servers of models that touchline starts, waits for and ends."""

from touchline.models.serving.commands import Command, server_command
from touchline.models.serving.server import Server

__all__ = ["Command", "Server", "server_command"]
