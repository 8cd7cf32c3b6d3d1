"""Where things are."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Real data beside the repository, which is not part of the project.
DATA = ROOT.parent / "shared" / "data"

MILEPOST = Path(sys.executable).with_name("milepost")
