"""A tree of commands: one line each in the help of what is above, a mistyped one refused with the nearest."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import operator
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import tyro

from .._documentation import with_addresses
from .._extras import needs
from .._names import nearest
from .._version import __version__

SHELLS = ("bash", "zsh", "fish")


@dataclasses.dataclass(frozen=True)
class Group:
    """Commands below one name.

    Attributes:
        description: what they have in common; its first line stands in the help of what is above.
        commands: name → dataclass of options, or a further group.
        needs: what, extra and libraries, as ``_extras.needs`` takes them, without which none of the commands can run.
    """

    description: str
    commands: Mapping[str, type | Group]
    needs: tuple[str, ...] = ()


def parsed(group: Group, prog: str, arguments: Sequence[str] | None) -> Any:
    """The options of the command that is asked for.

    Args:
        group: all commands.
        prog: what the user types for them.
        arguments: without the program's name; None takes the process's own.

    Raises:
        SystemExit: with 0 after help, version or completion, with 2 after a mistake, of which one sentence was said.
        MissingExtraError: if the command needs an extra that is not installed, whatever its options are.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words == ["--version"]:
        print(f"{prog} {__version__}")
        raise SystemExit(0)
    if words[:1] == ["--print-completion"]:
        words = ["--tyro-print-completion", _shell(prog, words[1:])]
    else:
        _refuse_early(group, prog, words)
    command = tyro.cli(
        _typed(group, words),
        prog=prog,
        description=group.description,
        args=words,
        config=(tyro.conf.FlagCreatePairsOff, tyro.conf.OmitArgPrefixes, tyro.conf.DisallowNone),
    )
    while hasattr(command, "command"):
        command = command.command
    return command


def _typed(group: Group, words: Sequence[str]) -> Any:
    """The group as tyro wants it: described in full along the words that were typed, in one line elsewhere."""
    kinds = []
    for name, kind in group.commands.items():
        asked = words[:1] == [name]
        if isinstance(kind, Group):
            below = tyro.conf.OmitSubcommandPrefixes[_typed(kind, words[1:] if asked else ())]
            text, holder = kind.description, dataclasses.make_dataclass(name, [("command", below)])
        else:
            text, holder = with_addresses(inspect.cleandoc(kind.__doc__ or "")), kind
        described = text if asked else " ".join(text.split("\n\n")[0].split())
        kinds.append(Annotated[holder, tyro.conf.subcommand(name, description=described)])
    return functools.reduce(operator.or_, kinds)


def _refuse_early(group: Group, prog: str, words: Sequence[str]) -> None:
    """Refuse an unknown command, and one whose extra is missing."""
    for word in words:
        if word.startswith("-"):
            return
        if word not in group.commands:
            similar = nearest(word, group.commands)
            hint = f"did you mean {similar!r}? " if similar else ""
            _refuse(prog, f"unknown command {word!r}: {hint}known are {', '.join(group.commands)}.")
        below = group.commands[word]
        if not isinstance(below, Group):
            if group.needs and not {"-h", "--help"} & set(words):
                needs(*group.needs)
            return
        group = below


def _shell(prog: str, words: Sequence[str]) -> str:
    if len(words) != 1 or words[0] not in SHELLS:
        _refuse(prog, f"--print-completion got {' '.join(words) or 'nothing'}; expected one of {', '.join(SHELLS)}.")
    return words[0]


def _refuse(prog: str, sentence: str) -> None:
    print(f"{prog}: {sentence}", file=sys.stderr)
    raise SystemExit(2)
