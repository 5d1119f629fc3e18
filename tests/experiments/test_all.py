"""What every experiment owes beside its rows: frozen presets, and a docstring that says what they cost and show."""

from dataclasses import FrozenInstanceError, is_dataclass

import pytest

from experiments.harness import registry, rooms


@pytest.mark.parametrize("name", rooms.names())
def test_presets_are_frozen_and_the_docstring_holds_command_cost_and_expectation(name):
    module = registry.load(name)
    assert set(module.PRESETS) == set(registry.PROFILES)
    for config in module.PRESETS.values():
        assert is_dataclass(config)
        with pytest.raises(FrozenInstanceError):
            config.seeds = 1
    assert f"python -m experiments run {name} --profile paper" in module.__doc__
    assert "Cost on two cores" in module.__doc__
    assert "Expect" in module.__doc__
