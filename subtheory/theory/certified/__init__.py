"""Steps that are certified before they are taken, by interval arithmetic through the layers (theory.md, T5, T6)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import interval as interval
    from . import radius as radius
    from . import segment as segment
else:
    from ..._lazy import submodules

    __getattr__, __dir__ = submodules(__name__)
