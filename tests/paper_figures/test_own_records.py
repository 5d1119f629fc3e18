"""A user's own record draws as the committed one does, however small; and the committed one is what the code makes."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from experiments.harness import registry
from paper_figures import __main__
from paper_figures.drawing import reading
from subtheory import provenance, record

from ..experiments import running


def test_two_seeds_repeat_the_committed_record_and_draw(tmp_path, capsys):
    name = "filtering_law"
    config = replace(registry.load(name).PRESETS["paper"], seeds=2)
    rows = [row for seed in range(config.seeds) for row in running.run(name, config, seed)]
    keys = ["seed", "condition", "metric", "epsilon"]
    committed = reading.read(name).rows
    there = committed[committed["seed"] < config.seeds].sort_values(keys)["value"]
    np.testing.assert_allclose(pd.DataFrame(rows).sort_values(keys)["value"], there, rtol=1e-6, atol=1e-13)
    run = provenance.provenance(config, range(config.seeds))
    record.write(record.Record(name, rows, run), tmp_path)
    assert __main__.main([name, "--records", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    assert plt.imread(tmp_path / "out" / f"{name}.png").std() > 0.05
