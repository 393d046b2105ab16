"""`python -m toll`: the command line."""

import sys

from toll.cli import main

if __name__ == "__main__":
    sys.exit(main())
