"""The command line: the same services as the web, as commands."""

from requestflow.cli.commands import main

__all__ = ["main"]
