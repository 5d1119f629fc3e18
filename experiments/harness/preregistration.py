"""What was fixed before any test seed was looked at: seeds, primary contrast, unit, test and margin."""

from __future__ import annotations

from dataclasses import dataclass

UNIT = "the reference model (seed)"


@dataclass(frozen=True)
class Preregistration:
    """One experiment's.

    Attributes:
        development: seeds on which settings were chosen; none of them may be a test seed.
        first_test_seed: where the experiment's own block of test seeds begins.
        block: how many seeds the block has; other experiments' blocks begin elsewhere, so that agreement between two
            experiments is no repetition of the same draw.
        primary: the contrast that decides, in words.
        test: of it.
        smallest_effect: the smallest contrast of interest, in the metric's own units.
        margin: within which a null counts as equivalent to nothing (two one-sided tests); None if no null is claimed.
        unit: what is drawn independently.
    """

    development: tuple[int, ...]
    first_test_seed: int
    primary: str
    test: str = "two-sided t-test of mean zero over seeds"
    smallest_effect: float | None = None
    margin: float | None = None
    block: int = 100
    unit: str = UNIT

    def __post_init__(self) -> None:
        """Refuse development seeds among the test seeds.

        Raises:
            ValueError: the overlap, named.
        """
        shared = [seed for seed in self.development if seed in self.test_seeds]
        if shared:
            raise ValueError(
                f"development seed {shared[0]} lies in the block of test seeds {self.test_seeds.start} to "
                f"{self.test_seeds.stop - 1}; expected seeds apart."
            )

    @property
    def test_seeds(self) -> range:
        """The block."""
        return range(self.first_test_seed, self.first_test_seed + self.block)
