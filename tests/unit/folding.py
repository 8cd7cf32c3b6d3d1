"""Days folded over a real log, with a day store in memory of which every state is remembered."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from services.projector.rebuild import Rebuild
from services.projector.sweep import Sweeper
from services.query.stats.evaluate import StatsEvaluator
from shared.domain.calendar import HOUR_MS, utc_hour
from shared.domain.events import Event, Unfoldable, decode_event, encode_event
from shared.domain.projection import Projection
from shared.domain.reports.measures import METRICS
from shared.domain.reports.question import IS, Condition, Group, HasDone, Question
from shared.domain.sites import Goal, Site
from shared.engine import Entry, EpochHead
from shared.folded_days import EVENTS, FOLDED, NOBODY, UNROLLED
from tests.support.days import day_folder
from tests.unit.asking import assert_naive
from tests.unit.making import BOT, SITE, event
from tests.unit.projecting import World
from tests.unit.sittings import TIMEZONE

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
ALL = tuple(METRICS)
GOALS = (Goal("Read", page="/a*"), Goal("Join", event="join"))

#: Few dimensions, so that rolling a day up takes few steps.
FEW_ROLLED = ("", "event:page", "event:goal")

SEEN_A = HasDone(Condition(IS, "event:page", ("/a",)))
QUESTIONS = (
    Question(ALL, (), FIRST, LAST),
    Question(ALL, ("event:page",), FIRST, LAST, bots="include"),
    Question(ALL, ("time:day", "event:goal"), FIRST, LAST),
    Question(ALL, ("event:page",), FIRST, LAST, SEEN_A),
    Question(ALL, ("time:hour",), FIRST, LAST, bots="only"),
)

State = dict[tuple[int, str, str, str], bytes]


class MemoryDays:
    """See `shared.engine.DayStore`.

    Attributes:
        states: What it held at first, and after each write.
        interrupt: Called with the name of the method and the collection, before each call.
    """

    def __init__(self) -> None:
        self.blobs: State = {}
        self.states: list[State] = [{}]
        self.interrupt: Callable[[str, str], None] = lambda method, collection: None

    def stand(self, state: State) -> None:
        """Goes back to a state, and forgets the others."""
        self.blobs = dict(state)
        self.states = [dict(state)]

    def put(self, version: int, site: str, collection: str, blobs: Mapping[str, bytes]) -> None:
        self.interrupt("put", collection)
        for key, blob in blobs.items():
            self.blobs[version, site, collection, key] = blob
        self._wrote()

    def read(
        self, version: int, site: str, collection: str, first: str = "", last: str | None = None
    ) -> Iterator[tuple[str, bytes]]:
        self.interrupt("read", collection)
        wanted = (version, site, collection)
        found = [(place[3], blob) for place, blob in self.blobs.items() if place[:3] == wanted]
        yield from sorted((key, blob) for key, blob in found if key >= first and (last is None or key <= last))

    def delete(self, version: int, site: str, collection: str, first: str = "", last: str | None = None) -> None:
        for key, _ in list(self.read(version, site, collection, first, last)):
            del self.blobs[version, site, collection, key]
        self._wrote()

    def replace(
        self, version: int, site: str, collection: str, key: str, expected: bytes | None, blob: bytes | None
    ) -> bool:
        self.interrupt("replace", collection)
        place = version, site, collection, key
        if self.blobs.get(place) != expected:
            return False
        self.blobs.pop(place, None)
        if blob is not None:
            self.blobs[place] = blob
        self._wrote()
        return True

    def carry_over(self, source: int, target: int, site: str, collections: Collection[str], last: str) -> None:
        for collection in collections:
            self.put(target, site, collection, dict(self.read(source, site, collection, last=last)))

    def _wrote(self) -> None:
        self.states.append(dict(self.blobs))


class Days(World):
    """An installation whose days are folded step by step."""

    def __init__(self, folder: Path, in_memory: bool = True, **site: object) -> None:
        super().__init__(folder, **{"timezone": TIMEZONE, "goals": GOALS, **site})
        self.store = MemoryDays()
        if in_memory:
            self.engine = replace(self.engine, days=self.store)
        self.folder = day_folder(self.engine)
        self.sweeper = Sweeper(self.engine, self.projector, self.check, self.folder)
        self.rebuild = Rebuild(self.engine, self.projector, self.check, self.folder, lambda attempt: None)
        self.evaluator = self.new_evaluator()

    def new_evaluator(self) -> StatsEvaluator:
        """One that remembers nothing yet."""
        return StatsEvaluator(self.engine, lambda: self.now)

    @property
    def site(self) -> Site:
        return self.sites[SITE]

    def put(self, epoch: str, opened: str, *events: Event) -> EpochHead:
        """Appends to an epoch, whatever the clock says, and counts."""
        self.writer_of(epoch, opened, *events)
        head = self.engine.log.head(epoch)
        self.projector.catch_up(self.live, epoch, head)
        return EpochHead(epoch, opened, head)

    def writer_of(self, epoch: str, opened: str, *events: Event) -> None:
        """Appends to an epoch; nothing is counted."""
        entries = [Entry(f"{next(self.ids):024}", encode_event(one)) for one in events]
        self.engine.log.put(epoch, opened, self.engine.log.head(epoch) + 1, entries)

    def close(self, hour: str | None = None) -> None:
        """Folds what is left of an hour, the present one if none is said, closes it, and goes on an hour."""
        hour = utc_hour(self.now) if hour is None else hour
        self.folder.close(self.live, hour)
        self.engine.read_models.close(self.live.version, hour)
        self.now += HOUR_MS

    def fold(self) -> None:
        self.folder.fold(self.live, self.now)

    def events(self, site: str = SITE) -> list[Event]:
        """The events that the log holds of a site and that can be read."""
        found = []
        for record in self.records():
            try:
                found.append(decode_event(record.body or b""))
            except Unfoldable:
                continue
        return [one for one in found if one.site == site]

    def agree(self, *questions: Question, evaluator: StatsEvaluator | None = None) -> None:
        """Asserts that answers are those of the naive evaluation of all that is in the log."""
        asked, site, events = evaluator or self.new_evaluator(), self.site, self.events()
        for question in questions or QUESTIONS:
            assert_naive(lambda question: asked.rows(site, question), events, question, site.goals)

    def pageviews(self, *dimensions: str, **more: object) -> dict[tuple[str, ...], int]:
        """Pageviews by some dimensions, of everybody."""
        question = replace(Question(("pageviews",), dimensions, FIRST, LAST, bots="include"), **more)  # type: ignore[arg-type]
        return {group.dimensions: _pageviews(group) for group in self.evaluator.rows(self.site, question)}

    def keys(self, collection: str, site: str = SITE, version: int | None = None) -> list[str]:
        version = self.live.version if version is None else version
        return [key for key, _ in self.engine.days.read(version, site, collection)]

    def segments(self) -> list[str]:
        return self.keys(EVENTS)

    def unrolled(self) -> list[str]:
        return self.keys(UNROLLED)

    def folded(self) -> dict[str, int]:
        """The last version that is in segments, by epoch."""
        marks = self.engine.days.read(self.live.version, NOBODY, FOLDED)
        return {epoch: int(blob) for epoch, blob in marks}

    def rolled_up(self) -> Projection:
        """Rolls up what is over, and gives the live version."""
        self.folder.roll_up(self.live, self.now)
        return self.live


def _pageviews(group: Group) -> int:
    return int(group.metrics["pageviews"] or 0)


def traffic(start: int) -> list[Event]:
    """Ten events around an instant: visits of several pages, a goal, engagement, a bot, nobody, and the day before."""
    minute = 60_000
    return [
        event("https://example.org/", start, 1),
        event("https://example.org/a", start + minute, 1),
        event("https://example.org/", start, 2, referrer="https://www.google.com/"),
        event(
            "https://example.org/a", start + 1, 2, name="engagement", extra={"engagement_ms": 900, "scroll_depth": 7}
        ),
        event("https://example.org/b", start + 2 * minute, 2, name="join"),
        event("https://example.org/a", start + 40 * minute, 1),
        event("https://example.org/", start, 3, user_agent=BOT),
        event("https://example.org/", start, None),
        event("https://example.org/a", start - 20 * HOUR_MS, 1),
        event("https://example.org/", start + 3 * minute, 4),
    ]
