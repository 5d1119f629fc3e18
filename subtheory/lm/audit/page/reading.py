"""Audits read back from the files that ``subtheory lm audit --json`` writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NEEDED = frozenset(
    {"verdict", "trait", "data", "control", "test", "calibration", "comparison", "most", "least", "layers",
     "distribution"}
)  # fmt: skip


def read_audits(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every trait's name and report; the name is empty where there is one trait.

    Raises:
        ValueError: a file that cannot be read, or is none of these.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ValueError(f"cannot read {str(path)!r} ({reason}); expected what 'lm audit --json' wrote.") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{str(path)!r} is no JSON ({error}); expected what 'lm audit --json' wrote.") from None
    several = document.get("traits") if isinstance(document, dict) else None
    found = several if isinstance(several, list) and several else [document]
    for one in found:
        missing = sorted(NEEDED - set(one)) if isinstance(one, dict) else ["everything"]
        if missing:
            raise ValueError(
                f"{str(path)!r} lacks {', '.join(missing)}; expected what 'lm audit --json' of this version wrote."
            )
    return [(str(one.get("name", "")), one) for one in found]
