"""What ``list`` and ``show`` print."""

from __future__ import annotations

import dataclasses
import inspect

from subtheory._documentation import with_addresses

from . import catalogue, rooms
from .catalogue import Entry
from .exits import OK


def everything(paper: str | None = None) -> int:
    """Print the experiments room by room: name, cost on two idle cores, what each is of, and what it measures.

    Args:
        paper: leave out all that do not regenerate this, such as ``"figure 8"``.

    Raises:
        ValueError: if nothing regenerates it.
    """
    found = catalogue.entries(paper)
    width = max(len(one.name) for one in found)
    for room in rooms.ROOMS:
        those = [one for one in found if one.room == room]
        if those:
            print(f"{room}: {catalogue.room_summary(room)}\n")
        for one in those:
            print(f"  {one.name:{width}}  {costs(one)}{about(one)}\n  {'':{width}}  {one.shows}\n")
    return OK


def one(name: str) -> int:
    """Print an experiment's docstring and its profiles.

    Raises:
        ValueError: if the name is unknown (the nearest is suggested).
    """
    found = catalogue.entry(name)
    from . import registry  # which loads JAX, and so does the experiment

    module = registry.load(name)
    print(f"{name} (experiments/{found.room}/{name}.py): {costs(found)}{about(found)}\n")
    print(with_addresses(inspect.cleandoc(module.__doc__ or "")))
    for profile, config in module.PRESETS.items():
        print(f"\n{profile}:")
        for field in dataclasses.fields(config):
            print(f"  {field.name} = {getattr(config, field.name)!r}")
    return OK


def costs(entry: Entry) -> str:
    """Every profile's cost."""
    return ", ".join(f"{profile} {catalogue.duration(seconds)}" for profile, seconds in entry.cost.items())


def about(entry: Entry) -> str:
    """What of the paper it is, and which statements it measures."""
    words = ", ".join((*entry.paper, *entry.claims))
    return f"; {words}" if words else ""
