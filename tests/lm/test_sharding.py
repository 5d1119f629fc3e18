"""A model over eight simulated devices computes what one device computes, each holding about an eighth of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

import subtheory as st

from ..tolerances import exact
from .models import tiny

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("text", [[], pytest.param(["text"], marks=pytest.mark.slow)])
def test_eight_devices_compute_what_one_does(text, tmp_path):
    shape = dict(vocabulary=40, width=16, layers=2, heads=8, key_value_heads=4, head_width=4, mlp_width=24, rope=None)
    st.lm.save(tiny("llama", **shape), tmp_path)
    environment = {
        **os.environ,
        "XLA_FLAGS": "--xla_force_host_platform_device_count=8",
        "JAX_PLATFORMS": "cpu",
        "JAX_ENABLE_X64": "1",
    }
    command = [sys.executable, "-m", "tests.lm.on_devices", str(tmp_path), *text]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    for what in ("logits", "gradient", "loss", "slope"):
        exact(np.array(found["eight"][what]), np.array(found["one"][what]), size=40)
    assert found["eight"].get("text") == found["one"].get("text")
    # Cut in four; the normalisations alone are whole, and they are a small part.
    assert 1 / 4 < found["share"] < 1.25 / 4
    assert found["same places"]
    assert found["undivided"]
    assert found["refused"] == "3 rows cannot be shared out evenly among 2 devices; add or drop some."


def test_more_devices_than_there_are():
    with pytest.raises(ValueError, match="asked for 2 × 64 devices of 1; expected at least one of each"):
        st.lm.device_mesh(model=64, data=2, devices=jax.devices()[:1])
