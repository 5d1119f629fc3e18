"""Every test runs in float64, strictly, with shapes and types checked, and without the network."""

from __future__ import annotations

import gc
import os
import socket
from pathlib import Path

import jaxtyping
import pytest
from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "agg")
# Most of a test's time goes into compiling what runs once: XLA's own passes stay, LLVM's expensive ones do not. Here,
# and in the processes that tests start; JAX_DISABLE_MOST_OPTIMIZATIONS=0 tests the programs that users run.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")

# Programs that took long to compile are kept for the next run, for the workers and for the processes that tests start:
# in a bounded folder of this checkout's own (`make clean` removes it), never the user's.
os.environ.setdefault(
    "JAX_COMPILATION_CACHE_DIR", str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "compiled")
)
os.environ.setdefault("JAX_COMPILATION_CACHE_MAX_SIZE", str(2**28))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.5")

# jaxtyping's shapes are checked by beartype here and nowhere else: users do not pay. The language models' modules
# are left out: they check their own inputs, at run time and in words.
with jaxtyping.install_import_hook("subtheory", "beartype.beartype"):
    from subtheory import check_premises, data, init, inputs, losses, models, traits, verify_step  # noqa: F401
    from subtheory.cli.process import compile_quickly

if os.environ["JAX_DISABLE_MOST_OPTIMIZATIONS"] != "0":
    compile_quickly()  # a quarter less processor time for the whole suite where nothing is kept yet

import jax

from subtheory import _compilation_cache

_kept = Path(__file__).resolve().parents[1] / ".pytest_cache" / "compiled"
_kept.mkdir(parents=True, exist_ok=True)
_compilation_cache.mend(_kept)

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_numpy_dtype_promotion", "strict")

settings.register_profile("subtheory", derandomize=True, deadline=None)
settings.load_profile("subtheory")

_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


def _refuse_beyond_this_machine(connection: socket.socket, address: object) -> None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0] if isinstance(address, tuple) else address
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise RuntimeError(f"a test tried to reach {address!r}; tests read no network, only this machine's loopback.")


MOST_MAPPINGS = 20_000
"""A process may have 65 530 on Linux; XLA takes some for every program, and crashes when there are no more."""


@pytest.fixture(autouse=True, scope="module")
def _few_programs():
    """Compiled programs are let go before a module whose process holds very many."""
    mappings = Path("/proc/self/maps")
    if mappings.is_file() and mappings.read_bytes().count(b"\n") > MOST_MAPPINGS:
        jax.clear_caches()
        gc.collect()


@pytest.fixture(autouse=True)
def _double_precision():
    """A command that a test calls may choose another precision for its process: the next test has float64 again."""
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", True)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(connection, address):
        _refuse_beyond_this_machine(connection, address)
        return _connect(connection, address)

    def connect_ex(connection, address):
        _refuse_beyond_this_machine(connection, address)
        return _connect_ex(connection, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)


@pytest.fixture(scope="session")
def mnist_dir() -> Path:
    """The folder of MNIST's four idx files, from SUBTHEORY_MNIST."""
    folder = os.environ.get("SUBTHEORY_MNIST")
    if not folder:
        pytest.skip("SUBTHEORY_MNIST is not set; give it the folder of MNIST's four idx files")
    if not Path(folder).is_dir():
        pytest.skip(f"SUBTHEORY_MNIST is {folder!r}, which is no folder")
    return Path(folder)
