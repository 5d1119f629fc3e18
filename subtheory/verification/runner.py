"""Run the claims of every result of theory.md, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .._names import known_name
from .claim import Claim
from .claim_ids import CLAIM_IDS
from .claims import (
    attribution,
    endpoint,
    equality,
    factors,
    filtering,
    flow,
    initialisation,
    kernel,
    lemma,
    preconditioning,
    premises,
    radius,
    sampling,
    student_step,
    symmetry,
    theorem,
    trajectory,
)
from .laboratory import Laboratory


@dataclass(frozen=True)
class Result:
    """One result of theory.md, its name, and the function that tries its claims."""

    id: str
    title: str
    claims: Callable[[Laboratory], list[Claim]]


RESULTS: tuple[Result, ...] = (
    Result("T0", "premises on the imitation loss", premises.claims),
    Result("T1", "Lemma 1: sign and size", lemma.claims),
    Result("T2", "Theorem 1: the trait loss falls", theorem.claims),
    Result("T3", "equality cases", equality.claims),
    Result("T4", "different initialisations", initialisation.claims),
    Result("T5", "finite ε", radius.claims),
    Result("T6", "finite α", student_step.claims),
    Result("T7", "attribution", attribution.claims),
    Result("T8", "preconditioned and adaptive steps", preconditioning.claims),
    Result("T9", "sampled outputs", sampling.claims),
    Result("T10", "filtering", filtering.claims),
    Result("T11", "function space", kernel.claims),
    Result("T12", "many steps", flow.claims),
    Result("T13", "symmetries and subspaces", symmetry.claims),
    Result("T14", "the whole trajectory", trajectory.claims),
    Result("T15", "where a trajectory ends", endpoint.claims),
    Result("T16", "a direction in factors", factors.claims),
)


@dataclass(frozen=True)
class Wanted:
    """A result and which of its claims to report, all of them where ``claims`` is None."""

    result: Result
    claims: frozenset[str] | None


def chosen(only: str = "") -> tuple[Wanted, ...]:
    """What a comma-separated list of results and claims asks for, in the order of theory.md; everything where empty.

    Raises:
        ValueError: an unknown result or claim, with the nearest known one.
    """
    asked = [name.strip() for name in only.split(",") if name.strip()]
    results = [result.id for result in RESULTS]
    for name in asked:
        if "." in name:
            known_name("claim", name, CLAIM_IDS)
        else:
            known_name("result", name.upper(), results)
    wanted = []
    for result in RESULTS:
        whole = not asked or result.id in {name.upper() for name in asked}
        single = frozenset(name for name in asked if name.split(".")[0] == result.id and "." in name)
        if whole or single:
            wanted.append(Wanted(result, None if whole else single))
    return tuple(wanted)


def verify(
    lab: Laboratory, wanted: Sequence[Wanted] | None = None, workers: int = 2
) -> Iterator[tuple[Result, list[Claim]]]:
    """Try the claims, result by result; each is yielded in the order of theory.md as soon as it is decided.

    Args:
        lab: data and seeds.
        wanted: from ``chosen``; everything where absent.
        workers: results tried at once. Most of the time is compilation, which leaves Python's lock free.
    """
    wanted = chosen() if wanted is None else wanted
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(one.result.claims, lab) for one in wanted]
        try:
            for one, future in zip(wanted, running, strict=True):
                found = future.result()
                yield one.result, [claim for claim in found if one.claims is None or claim.id in one.claims]
        finally:
            for future in running:
                future.cancel()
