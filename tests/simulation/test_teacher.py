"""What a teacher cannot be asked for; what it does is held in ``test_step`` and ``test_student``."""

from __future__ import annotations

from dataclasses import replace

import optax
import pytest

from subtheory.simulation.teacher import taught_by, teacher_outputs
from tests.instances import tanh_setting


def test_refused():
    setting = tanh_setting(0)
    without = replace(setting, trait_loss=None, teacher_update=setting.update_direction())
    with pytest.raises(ValueError, match="no trait_loss; expected one to take the teacher's gradient of."):
        taught_by(without, optax.sgd(1.0))
    with pytest.raises(ValueError, match="epsilon is 0.0; expected a positive finite number"):
        teacher_outputs(setting, 0.0)
