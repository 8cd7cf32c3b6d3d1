"""Trackers that no registry of packages has: they are run where somebody hands them over in a folder."""

import os
from pathlib import Path

import pytest

#: The variable that names the folder. In it are `plausible.js` (the script for `data-domain`), `count.js`
#: (GoatCounter's) and `umami.js` (Umami's, of version 2 or later, built or as its source).
VARIABLE = "MILEPOST_TRACKER_SCRIPTS"


def handed_script(name: str) -> str:
    """Reads a script from the folder; where there is none, the test is skipped."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{name} is in no registry of packages: {VARIABLE} is to name a folder that holds it")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{VARIABLE} names a folder without {name}")
    return path.read_text()
