"""How large the functions' packages are: what Lambda fetches and unpacks for a start."""

from collections.abc import Iterator

from infra.aws.config import Platform
from infra.aws.packages import PackagingFailed, build_packages
from infra.aws.synthesis import BUILD
from tests.benchmarks.lines import Bench, Line, Quantity

_MB = 1e6


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the size of each function's package, as it is deployed."""
    try:
        packages = build_packages(Platform(), BUILD / "packages", lambda line: None)
    except PackagingFailed as failure:
        yield Line("packages", None, note=f"skipped: they cannot be built here: {failure}")
        return
    for package in packages:
        yield Line(
            f"package of {package.service}, zipped",
            Quantity(package.packed / _MB, "MB"),
            note=f"{package.unpacked / _MB:.1f} MB unpacked, for arm64 and Python {Platform().python}",
        )
