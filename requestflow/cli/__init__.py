"""The command line: the same services as the web, as commands."""

from requestflow.cli.main import main

__all__ = ["main"]
