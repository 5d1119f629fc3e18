"""The state of an unfinished audit: what was seen of data and control, kept so that a killed audit goes on."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..._atomic import write_file
from ..text.streams import Position
from .tally import Tally

STREAMS = ("data", "control")
FORMAT = 4


@dataclass(frozen=True)
class AuditState:
    """What is known of both streams, and how far each was read."""

    tallies: Mapping[str, Tally]
    positions: Mapping[str, Position]

    def advanced(self, what: str, tally: Tally, position: Position) -> AuditState:
        """The state with one stream's tally and position replaced."""
        return AuditState({**self.tallies, what: tally}, {**self.positions, what: position})


@dataclass(frozen=True)
class AuditStore:
    """Where states are kept, if anywhere.

    Attributes:
        path: the file; None keeps nothing.
        header: what must agree for a state to belong to this audit.
    """

    path: Path | None
    header: Mapping[str, Any]

    def opened(self, resume: bool, empty: Tally) -> AuditState:
        """The state to begin with: an empty one, or what an earlier session left.

        Raises:
            ValueError: a damaged state, one of another audit, or one that is in the way.
        """
        fresh = AuditState(dict.fromkeys(STREAMS, empty), dict.fromkeys(STREAMS, Position()))
        if self.path is None or not self.path.exists():
            return fresh
        if not resume:
            raise ValueError(
                f"{str(self.path)!r} holds an unfinished audit; go on with it (--resume), or discard it (--overwrite)."
            )
        try:
            stored = json.loads(self.path.read_bytes())
            found = stored["format"], stored["header"]
            tallies = {what: Tally.restored(stored[what]["tally"]) for what in STREAMS}
            positions = {what: Position.restored(stored[what]["position"]) for what in STREAMS}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{str(self.path)!r} cannot be read as an unfinished audit ({error}); discard it (--overwrite)."
            ) from None
        if found != (FORMAT, self._plain_header()):
            raise ValueError(
                f"{str(self.path)!r} belongs to another audit ({self._difference(found[1])}); discard it (--overwrite) "
                "or choose another file."
            )
        return AuditState(tallies, positions)

    def saved(self, state: AuditState) -> AuditState:
        """Keep a state, whole or not at all, and return it.

        Raises:
            WriteError: (an OSError) if the disk is full or the folder gone.
        """
        if self.path is not None:
            streams = {
                what: {"tally": state.tallies[what].stored(), "position": dataclasses.asdict(state.positions[what])}
                for what in STREAMS
            }
            write_file(self.path, json.dumps({"format": FORMAT, "header": self.header, **streams}).encode())
        return state

    def _plain_header(self) -> Any:
        return json.loads(json.dumps(self.header))

    def _difference(self, found: Any) -> str:
        if not isinstance(found, dict):
            return "its header is damaged"
        here = self._plain_header()
        return ", ".join(name for name in here if found.get(name) != here[name]) or "another version of this package"
