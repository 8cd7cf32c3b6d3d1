"""Access logs read and cut into visits by a few lines of their own, with nothing of the product."""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

GAP = 30 * 60

_LINE = re.compile(
    r'(\S+) \S+ \S+ \[(.*?)\] "(\S+) (.*?) HTTP/[\d.]+" (\d+) \S+ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"'
)
_ORIGIN = re.compile(r"^\w+://([^/?#]*)")
_ESCAPES = re.compile(r"(?:\\x[0-9a-f]{2})+")
_ASSETS = re.compile(
    r"\.(css|m?js|map|json|jpe?g|png|gif|webp|avif|ico|svg|bmp|tiff?|pdf|csv|txt|mpe?g|mp[34]|ogg|webm|swf|flv|woff2?|"
    r"ttf|otf|eot|xlsx?|docx?|pptx?|zip|gz|xz|zst|tar|tgz|rar|iso|dmg|exe|wasm|webmanifest)$",
    re.IGNORECASE,
)


class View(NamedTuple):
    """A pageview: its day and hour as written, its second since 1970, and what the line says."""

    day: str
    hour: str
    second: int
    visitor: tuple[str, str]
    page: str
    referrer_host: str


@dataclass
class Visit:
    """The pageviews of a visitor on a day without a gap of more than 30 minutes."""

    views: list[View]

    @property
    def began(self) -> View:
        return self.views[0]

    @property
    def seconds(self) -> int:
        return self.views[-1].second - self.views[0].second


def views_of(log: Path) -> list[View]:
    """Reads the pageviews of a log, in its order."""
    with gzip.open(log, "rt", encoding="latin-1") as file:
        return [view for line in file if (view := _view(line))]


def _view(line: str) -> View | None:
    found = _LINE.fullmatch(line.rstrip("\n"))
    if not found:
        return None
    address, stamp, method, target, status, referrer, agent = found.groups()
    path = _ORIGIN.sub("", target).split("?")[0]
    if method != "GET" or status not in ("200", "304") or _ASSETS.search(path):
        return None
    moment = datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z")
    hour = moment.strftime("%Y-%m-%d %H:00:00")
    return View(hour[:10], hour, int(moment.timestamp()), (address, agent), page_of(path), host_of(referrer))


def page_of(target: str) -> str:
    """Names the page of a request's target."""
    page = unquote(_ORIGIN.sub("", target).split("?")[0], errors="replace").rstrip()
    return page if page.startswith("/") else "/" + page


def host_of(referrer: str) -> str:
    """Gives the host of a referrer as it stands in a log; "" without one."""
    found = _ORIGIN.match(referrer)
    return unescaped(found[1].split("@")[-1].split(":")[0].lower()) if found else ""


def unescaped(host: str) -> str:
    """Gives what a server has written as escapes: one real host is in no UTF-8."""
    return _ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace("\\x", "")).decode(errors="replace"), host)


def visits_of(views: Iterable[View]) -> list[Visit]:
    """Cuts pageviews into visits."""
    by_visitor: defaultdict[tuple[str, tuple[str, str]], list[View]] = defaultdict(list)
    for view in views:
        by_visitor[view.day, view.visitor].append(view)
    return [Visit(part) for some in by_visitor.values() for part in _parts(sorted(some, key=lambda view: view.second))]


def _parts(views: list[View]) -> Iterator[list[View]]:
    start = 0
    for at in range(1, len(views)):
        if views[at].second - views[at - 1].second > GAP:
            yield views[start:at]
            start = at
    yield views[start:]


# What an independent script has counted


def truth_of_days(truth: Path) -> dict[str, tuple[int, int]]:
    """Pageviews and visitors by day."""
    with truth.open() as file:
        return {
            row["day"]: (int(row["pageviews_GET_200_304_nonstatic"]), int(row["visitors_with_pageview"]))
            for row in csv.DictReader(file, delimiter="\t")
        }


def truth_of_pages(truth: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """Pageviews and visitors by page and day; pages that fall together when they are decoded are added up."""
    counted: defaultdict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    with gzip.open(truth, "rt") as file:
        for day, target, pageviews, visitors in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            key = page_of(target), day
            counted[key] = counted[key][0] + int(pageviews), counted[key][1] + int(visitors)
    return dict(counted)


def truth_of_referrer_hosts(truth: Path) -> dict[str, int]:
    """Pageviews by the host of their referrer, where they have one."""
    with truth.open() as file:
        return {unescaped(host): int(count) for count, host in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
