"""Runs a Python script as it would be run by itself, and tells at its end what the process took. Run as a script.

The peak is the kernel's own mark for this program (proc(5), VmHWM): `ru_maxrss` of a child begins with its parent's.
"""

import json
import re
import runpy
import sys
import time
from pathlib import Path

_KIB = 1_024


def _tell() -> None:
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(json.dumps({"cpu": time.process_time(), "peak": int(peak[1]) * _KIB if peak else 0}))


del sys.argv[0]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    if end.code:
        raise
_tell()
