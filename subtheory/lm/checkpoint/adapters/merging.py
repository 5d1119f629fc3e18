"""The folder of an adapter, in PEFT's layout, as a whole model: the model that it changes, and its changes added.

    W = W₀ + s A B,   s = alpha / r, or alpha / √r where use_rslora is set

``reading.py`` reads A and B; here it is said what W₀ is, and the sum is made.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..._json_file import read_json, shown
from ..located import located
from .reading import CONFIG, is_adapter

CHANGES_BASE = ("pissa", "olora", "corda", "loftq")
"""Ways to begin an adapter that change W₀ as well, by what the folder does not hold."""


def base_of(folder: Path, given: Path | str | None) -> Path:
    """The checkpoint that an adapter changes: the one that is given, or the folder that the adapter names.

    A relative name is looked up from where the process is, then from the adapter's folder.

    Raises:
        ValueError: no such folder; a base that is an adapter itself; an adapter that began by changing its base.
    """
    raw = read_json(folder / CONFIG)
    began = raw.get("init_lora_weights")
    if isinstance(began, str) and began.lower().startswith(CHANGES_BASE):
        raise ValueError(
            f"{str(folder)!r} has init_lora_weights {shown(began)}, which changes the model's own weights as well; "
            "expected a plain adapter: merge it into its model where peft is installed, and give the merged folder."
        )
    named = raw.get("base_model_name_or_path")
    if given is not None:
        base = located(given)
    elif isinstance(named, str) and 0 < len(named) < 4096 and "\x00" not in named:
        base = next((place for place in (Path(named), folder / named) if (place / "config.json").is_file()), None)
    else:
        base = None
    if base is None:
        raise ValueError(
            f"{str(folder)!r} is an adapter of PEFT for the model {shown(named)}, which is no folder here; expected "
            "that model as base= (on a command line, --base FOLDER): fetch it first where it lies on a hub."
        )
    if is_adapter(base):
        raise ValueError(f"the base {str(base)!r} is an adapter itself; expected a whole model.")
    return base


def added(part: np.ndarray, pair: tuple[np.ndarray, np.ndarray] | None, dtype: np.dtype) -> np.ndarray:
    """A kernel ``[in, out]`` plus the product of its factors, in float32 or, where ``dtype`` asks for it, float64."""
    if pair is None:
        return part
    wide = np.promote_types(np.float32, dtype) if dtype in (np.float32, np.float64) else np.dtype(np.float32)
    A, B = (factor.astype(wide) for factor in pair)
    return part.astype(wide) + A @ B
