"""The command line, ``subtheory``: one file per group of commands; nothing heavy is imported before it is wanted."""

from .main import main as main
