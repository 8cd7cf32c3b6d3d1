"""Counting the log again in memory, to hold the read models against it."""

from collections.abc import Callable, Container, Iterator, Mapping
from typing import NamedTuple

from services.projector.project import READ_PORTION, fold_one
from shared.domain.counts import Counts
from shared.domain.folds import DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, Fold, RowKey
from shared.domain.projection import Projection
from shared.domain.visitors import VisitorSet
from shared.engine import Engine, EventLog, Row

Progress = Callable[[int], None]


class Difference(NamedTuple):
    """A row that stands otherwise than it should; a row that is not there has no counts."""

    key: RowKey
    stored: Counts | None
    expected: Counts | None


def verify(engine: Engine, projection: Projection, progress: Progress) -> Iterator[Difference]:
    """Recounts a projection from the log, as far as its watermarks say, and gives every difference.

    Sealed days are no longer wholly in the log: their rows are taken as they stand.

    Args:
        engine: The installation's engine.
        projection: The projection to verify.
        progress: Told how many events each portion had.

    Raises:
        StorageUnavailable: The log or the read models are out of reach.
    """
    totals: Totals = {}
    if projection.sealed:
        with engine.read_models.dump(projection.version) as (_, rows):
            _add_sealed(totals, projection, rows)
    with engine.read_models.dump(projection.version) as (watermarks, rows):
        recount(totals, engine.log, projection, watermarks, progress)
        open_rows = (row for row in rows if not _is_sealed(projection, row.key))
        yield from differences(open_rows, (totals[key].row(key) for key in sorted(totals)))


def differences(stored: Iterator[Row], expected: Iterator[Row]) -> Iterator[Difference]:
    """Compares two runs of rows in the order of their keys, visitor sets included."""
    left, right = next(stored, None), next(expected, None)
    while left or right:
        if left and (not right or left.key < right.key):
            yield Difference(left.key, left.counts, None)
            left = next(stored, None)
        elif right and (not left or right.key < left.key):
            yield Difference(right.key, None, right.counts)
            right = next(expected, None)
        elif left and right:
            if left != right:
                yield Difference(left.key, left.counts, right.counts)
            left, right = next(stored, None), next(expected, None)


def _is_sealed(projection: Projection, key: RowKey) -> bool:
    return "" < key.bucket[:10] <= projection.sealed.get(key.site, "")


def _add_sealed(totals: "Totals", projection: Projection, rows: Iterator[Row]) -> None:
    """Adds the pageviews of sealed days to the lifetime totals."""
    lifetime = {DAY: TOTAL, PAGE_DAY: PAGE_TOTAL}
    for row in rows:
        if row.key.view in lifetime and _is_sealed(projection, row.key):
            key = RowKey(row.key.site, lifetime[row.key.view], "", row.key.page)
            total = totals.setdefault(key, Total())
            total.pageviews += row.counts.pageviews
            total.bot_pageviews += row.counts.bot_pageviews


def recount(
    totals: "Totals",
    log: EventLog,
    projection: Projection,
    watermarks: Mapping[str, int],
    progress: Progress,
    wanted: Callable[[RowKey], bool] = lambda key: True,
    without: Container[tuple[str, int]] = (),
) -> None:
    """Adds what the log holds up to the watermarks.

    Args:
        totals: What is added to.
        log: The event log.
        projection: Whose rules to fold under.
        watermarks: The last version to count of each epoch.
        progress: Told how many events each portion had.
        wanted: Tells which rows to count.
        without: Events (epoch, version) that are left out.
    """
    for epoch, last in watermarks.items():
        after = -1
        while after < last:
            records = log.read(epoch, after, min(READ_PORTION, last - after))
            if not records:
                break
            fold = Fold(projection.timezones, projection.sealed)
            for record in records:
                if record.body is not None and (epoch, record.version) not in without:
                    fold_one(fold, record.body)
            for key, delta in fold.deltas.items():
                if not wanted(key):
                    continue
                total = totals.setdefault(key, Total())
                total.pageviews += delta.pageviews
                total.bot_pageviews += delta.bot_pageviews
                total.visitors.add(delta.visitors)
                total.bot_visitors.add(delta.bot_visitors)
            after = records[-1].version
            progress(len(records))


class Total:
    """What the log adds up to for one row."""

    __slots__ = ("bot_pageviews", "bot_visitors", "pageviews", "visitors")

    def __init__(self) -> None:
        self.pageviews = self.bot_pageviews = 0
        self.visitors, self.bot_visitors = VisitorSet(), VisitorSet()

    def row(self, key: RowKey) -> Row:
        """Gives the row as the read models would store it."""
        counts = Counts(
            self.pageviews,
            self.bot_pageviews,
            len(self.visitors),
            len(self.bot_visitors),
            self.visitors.union(self.bot_visitors),
        )
        return Row(key, counts, self.visitors.to_bytes(), self.bot_visitors.to_bytes())


Totals = dict[RowKey, Total]
