"""The audit's scores against backward passes in PyTorch, and against other packages where they are installed."""

from importlib.util import find_spec

import numpy as np
import pytest

from benchmarks.attribution_ours import audit
from benchmarks.attribution_worker import program

from ..test_benchmarks_peers import folder as folder
from ..test_benchmarks_peers import problem

METHODS = {"backward passes": "torch", "kronfluence, identity": "kronfluence", "bergson": "bergson"}


@pytest.mark.filterwarnings("default")  # others' warnings are theirs
@pytest.mark.parametrize("method", METHODS)
def test_a_derivative_along_v_is_a_dot_product_of_gradients(method, folder):
    if find_spec(METHODS[method]) is None:
        pytest.skip(f"{METHODS[method]} is not installed")
    given = problem(folder, 8, 0.25)
    np.testing.assert_allclose(program(method, given)(), audit(given)(), rtol=1e-3, atol=1e-4)
