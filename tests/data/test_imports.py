"""The package must not slow down the start of a program that only wants its names."""

import subprocess
import sys

from toll.paths import ROOT

HEAVY = "torch torchvision sklearn scipy pandas pyarrow PIL"


def test_importing_the_package_loads_no_heavy_library():
    script = (
        "import sys, toll.data; toll.data.availability('mnist', 'nowhere');"
        f"print([m for m in '{HEAVY}'.split() if m in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"
