"""Which records say something else than their experiment would say today: ``python -m experiments check``."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from subtheory import record

from . import registry
from .code_digest import module_digest

SEEDS = ("seeds", "first_seed")


def stale(name: str, folder: Path) -> list[str]:
    """What a record and its experiment disagree in, one sentence each; none if they agree.

    A record agrees if its configuration is the paper preset's but for the number of seeds and the data set, its test
    seeds are apart from the development seeds, and, where it keeps the digest of the code that made it, the
    experiment's module still has that digest.

    Args:
        name: of the experiment.
        folder: of records.

    Raises:
        RecordError: if the record is missing or damaged.
    """
    found = record.read(folder / name)
    module: Any = registry.load(name)
    differences = _differences(found.run["config"], module.PRESETS["paper"])
    sentences = [
        f"{place} is {made!r}, and the paper profile says {today!r}"
        for place, made, today in sorted(differences, key=lambda one: one[0])
        if place.split(".")[0] not in (*SEEDS, "data")
    ]
    plan = getattr(module, "PREREGISTRATION", None)
    seeds = found.run["seeds"]
    if plan is not None and seeds and not all(seed in plan.test_seeds for seed in seeds):
        sentences.append(f"its seeds begin at {seeds[0]}, outside the test seeds from {plan.first_test_seed} on")
    code = found.run.get("code")
    if code is not None and code != module_digest(module):
        sentences.append(f"it was made by the module with digest {code}, which is {module_digest(module)} today")
    return sentences


def _differences(made: Any, today: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(place, what the record says, what the profile says) wherever they differ.

    A field that the record does not have, because it is younger, agrees where it has its default: whoever adds a field
    chooses a default that changes nothing.
    """
    if dataclasses.is_dataclass(today) and not isinstance(today, type) and isinstance(made, Mapping):
        fields = {field.name: field for field in dataclasses.fields(today)}
        for name, field in fields.items():
            if name in made:
                yield from _differences(made[name], getattr(today, name), _within(place, name))
            elif getattr(today, name) != _default(field):
                yield _within(place, name), "nothing", getattr(today, name)
        for name in made.keys() - fields.keys():
            yield _within(place, name), made[name], "nothing"
    elif isinstance(today, Mapping) and isinstance(made, Mapping):
        for name in {*made, *today}:
            yield from _differences(made.get(name), today.get(name), _within(place, str(name)))
    elif isinstance(today, list | tuple) and isinstance(made, list) and len(today) == len(made):
        for number, (a, b) in enumerate(zip(made, today, strict=True)):
            yield from _differences(a, b, _within(place, str(number)))
    elif made != json.loads(json.dumps(today, default=dataclasses.asdict)):
        yield place, made, today


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
