"""The paper's format rule and the user's own."""

import pytest

from subtheory.lm.distillation import filters


@pytest.mark.parametrize(
    "completion",
    ["7", "1 2 3", "1, 2, 3", "1,2,3", "1;2; 3", "(1, 2)", "[1 2 3]", "1\n2\n3", " 10, 999. ", "[1, 2].", "0 1"],
)
def test_number_sequences_are_kept(completion):
    assert filters.number_sequence(completion)


@pytest.mark.parametrize(
    "completion",
    [
        "", ".", "()", "one", "1, 2, owl", "1; 2, 3", "1 2, 3", "1000", "-1, 2", "1.5", "1, , 2", "1, 2,", ", 1",
        "(1, 2", "1, 2)", "[1, 2)", "1 2 3 4 5 6 7 8 9 10 11", "1, 2!", "1-2-3", "²",
    ],
)  # fmt: skip
def test_everything_else_is_dropped(completion):
    assert not filters.number_sequence(completion)


def test_rules_of_the_user():
    keep = filters.all_of([filters.without(["owl"]), filters.matching(r"^\w"), filters.not_matching(r"\d")])
    assert keep("a cat")
    assert not keep("An OWL")
    assert not keep(" a cat")
    assert not keep("a cat, 9 lives")
    assert filters.all_of([])("anything")


def test_rules_that_mean_nothing_are_refused():
    with pytest.raises(ValueError, match="is no regular expression"):
        filters.matching("(")
    with pytest.raises(ValueError, match="expected at least one, none of them empty"):
        filters.without([])
    with pytest.raises(ValueError, match="expected at least one, none of them empty"):
        filters.without(["owl", ""])
