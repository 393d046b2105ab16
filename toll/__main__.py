"""`python -m toll`: the command line."""

import os
import sys

# Read when torch is imported: idle threads sleep instead of spinning on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from toll.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
