"""Agents with labels, from corpora beside the project, and what of a label and of an answer is taken as equal.

The labels are Matomo's words, the answers mostly Plausible's. Equal are:

- names that differ in case alone ("HeyTapBrowser");
- a browser and its mobile edition ("Chrome Mobile", "Mobile Safari", "Firefox Mobile iOS" and "Chrome", …): Plausible
  knows one name for both, and the device has a column of its own;
- the devices that fit in a hand, which Plausible calls "Mobile": smartphone, phablet, feature phone and music player;
- versions with the same first number, which is all that both say ("84.0.4147.89" and "84.0").

Everything else counts as a difference: a WebView is no Chrome, a television no tablet, Android TV no Android. Labels of
devices that no user agent tells apart (a cash register, a car's dashboard, a camera) are counted too.
"""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.domain.agents import Agent, read_agent

#: The corpora, which are not part of the project.
AGENTS = Path(__file__).parents[3] / "shared" / "data" / "ua"
ABSENT = "needs the labelled agents in ../shared/data, which are not part of the project"

ASPECTS = ("browser", "browser_version", "os", "os_version", "device")

_IN_A_HAND = ("smartphone", "phablet", "feature phone", "portable media player")
_HINTS = {"brands": "sec-ch-ua", "platform": "sec-ch-ua-platform", "mobile": "sec-ch-ua-mobile"}


def labelled_agents(name: str) -> Iterator[dict[str, Any]]:
    """Gives the objects of a corpus ("bots", "humans", "tools"); raises FileNotFoundError without it."""
    with gzip.open(AGENTS / f"{name}.jsonl.gz", "rt") as lines:
        yield from map(json.loads, lines)


def read_labelled(one: dict[str, Any]) -> Agent:
    """Reads an agent of a corpus, with the client hints of it that Milepost stores."""
    sent = {name.lower(): value for name, value in one.get("client_hints", {}).items()}
    return read_agent(one["ua"], {name: sent[header] for name, header in _HINTS.items() if header in sent}, None)


def labels_of(one: dict[str, Any]) -> dict[str, str]:
    """Gives what of `ASPECTS` is labelled; the version of an app that is no browser is not a browser's."""
    aspects = ASPECTS if one.get("browser") else ASPECTS[2:]
    return {aspect: one[aspect] for aspect in aspects if one.get(aspect)}


def agrees(aspect: str, label: str, answer: str) -> bool:
    """Tells whether an answer says what the label does."""
    return _canonical(aspect, label) == _canonical(aspect, answer)


def _canonical(aspect: str, text: str) -> str:
    if aspect.endswith("version"):
        return text.partition(".")[0]
    text = text.lower()
    if aspect == "browser":
        return " ".join(re.sub(r"\bmobile( ios)?\b", "", text).split())
    return "mobile" if text in _IN_A_HAND else text
