"""An audit's page for the command line's own process."""

from __future__ import annotations

from typing import Any

from ..._atomic import writable_folder, write_file
from ...lm.audit.page.page import page
from ...lm.audit.page.reading import read_audits


def run(options: Any) -> int:
    """Write the page as the options of ``subtheory lm report`` say.

    Raises:
        ValueError: a file that is no audit's, or a page that is in the way.
        OSError: the page cannot be written.
    """
    audits = read_audits(options.audit)
    out = options.out or options.audit.with_suffix(".html")
    if out.exists() and not options.overwrite:
        raise ValueError(f"{str(out)!r} exists; replace it (--overwrite), or choose another file (--out).")
    if not out.parent.is_dir():
        raise ValueError(f"the folder of --out {out} does not exist; expected an existing one.")
    writable_folder(out.parent)
    write_file(out, page(audits, options.audit.name).encode())
    print(f"the page is {out}.")
    return 0
