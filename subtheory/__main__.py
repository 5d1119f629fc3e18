"""``python -m subtheory``: the same as ``subtheory``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
