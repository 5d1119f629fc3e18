"""``python -m subtheory.cli``: the same as ``subtheory``."""

import sys

from .main import main

if __name__ == "__main__":
    sys.exit(main())
