"""The projection: applies the log to the read models, every event exactly once.

A batch is only a doorbell. What is applied follows from the watermarks and the log, and moves with the watermarks in
one transaction; see docs/how-it-works.md.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from shared.domain.events import Unfoldable, decode_event
from shared.domain.folds import PAGE_TOTAL, TOTAL, Fold, RowKey
from shared.domain.milestones import Subject
from shared.domain.projection import LIVE, Projection
from shared.engine import Commit, CommitConflict, EventLog, Quarantined, ReadModels, Record

logger = logging.getLogger(__name__)

#: How many records are read from the log at a time.
READ_PORTION = 1_000

#: How often a conflicting commit is planned again before it is reported.
MAX_ATTEMPTS = 12

Backoff = Callable[[int], None]


class Projector:
    """Applies records to every projection that is live or building."""

    def __init__(
        self, log: EventLog, read_models: ReadModels, check: Callable[[set[Subject]], None], backoff: Backoff
    ) -> None:
        """Puts the projector together.

        Args:
            log: The event log.
            read_models: The read models.
            check: Checks the milestones of subjects, after every commit.
            backoff: Waits before the attempt of the given number (1, 2 …) at a commit that conflicted.
        """
        self._log = log
        self._read_models = read_models
        self._check = check
        self._backoff = backoff

    def project(self, records: Sequence[Record]) -> None:
        """Applies what a batch of records announces, whatever of it was applied before.

        Args:
            records: In any order, repeated or with gaps; gaps are read from the log.

        Raises:
            CommitConflict: Others were there again and again.
            StorageUnavailable: The log or the read models are out of reach. What was committed stays.
        """
        given: dict[str, dict[int, Record | None]] = {}
        for record in records:
            given.setdefault(record.epoch, {})[record.version] = record
        for projection in self._read_models.projections():
            touched = self._apply(projection, given)
            if projection.state == LIVE:
                self._check(touched)

    def catch_up(self, projection: Projection, epoch: str, head: int) -> set[Subject]:
        """Applies an epoch up to a version from the log alone.

        Args:
            projection: The projection to apply it to.
            epoch: The epoch.
            head: The version to reach.

        Returns:
            The subjects whose totals have changed; their milestones are the caller's to check.

        Raises:
            CommitConflict, StorageUnavailable: As for `project`.
        """
        touched: set[Subject] = set()
        applied = self._read_models.watermarks(projection.version, [epoch])[epoch]
        while applied < head:
            target = min(head, applied + READ_PORTION)
            touched |= self._apply(projection, {epoch: {target: None}})
            reached = self._read_models.watermarks(projection.version, [epoch])[epoch]
            if reached < target:
                break  # a hole, which `_run` has reported
            applied = reached
        return touched

    def _apply(self, projection: Projection, given: Mapping[str, Mapping[int, Record | None]]) -> set[Subject]:
        """Applies each epoch up to the highest version given, and gives the subjects whose milestones want a check."""
        attempt = 1
        while True:
            watermarks = self._read_models.watermarks(projection.version, given)
            run = [record for epoch in given for record in self._run(epoch, watermarks[epoch], given[epoch])]
            try:
                touched = self._commit_prefixes(projection, run, len(run) // attempt)
            except CommitConflict:
                if attempt == MAX_ATTEMPTS:
                    raise
                self._backoff(attempt)
                attempt += 1
                continue
            # Repeats want one too: who committed them may have stopped before the check.
            repeats = [
                r for epoch in given for v, r in given[epoch].items() if v <= watermarks[epoch] and r is not None
            ]
            return touched | subjects_of(_fold(projection, repeats).deltas)

    def _run(self, epoch: str, applied: int, given: Mapping[int, Record | None]) -> list[Record]:
        """Gives the records after a watermark, without a hole, up to the highest given; gaps come from the log."""
        last = max(given)
        wanted = range(applied + 1, last + 1)
        run = [record for version in wanted if (record := given.get(version)) is not None]
        if len(run) < len(wanted):
            run = []
            while applied < last and (found := self._log.read(epoch, applied, min(READ_PORTION, last - applied))):
                run += found
                applied = found[-1].version
        for version, record in zip(wanted, run, strict=False):
            if record.version != version:
                logger.error("the log has a hole: epoch %s lacks version %d", epoch, version)
                return run[: version - wanted.start]
        return run

    def _commit_prefixes(self, projection: Projection, run: Sequence[Record], size: int) -> set[Subject]:
        """Commits a run as the longest prefixes that fit into one transaction, at most `size` records each."""
        touched: set[Subject] = set()
        size = max(1, size)
        while run:
            prefix = run[:size]
            commit = _plan(projection, prefix)
            if not self._read_models.fits(projection.version, commit) and len(prefix) > 1:
                size = len(prefix) // 2
                continue
            self._read_models.commit(projection.version, commit)
            touched |= subjects_of(commit.deltas)
            run = run[len(prefix) :]
        return touched


def subjects_of(keys: Iterable[RowKey]) -> set[Subject]:
    """Gives the subjects of milestones whose totals are among some rows."""
    return {Subject(key.site, key.page or None) for key in keys if key.view in (TOTAL, PAGE_TOTAL)}


def _plan(projection: Projection, records: Sequence[Record]) -> Commit:
    moves: dict[str, tuple[int, int]] = {}
    for record in records:
        start = moves.get(record.epoch, (record.version - 1, 0))[0]
        moves[record.epoch] = (start, record.version)
    quarantined: list[Quarantined] = []
    fold = _fold(projection, records, quarantined)
    return Commit(moves, fold.deltas, quarantined)


def _fold(projection: Projection, records: Iterable[Record], quarantined: list[Quarantined] | None = None) -> Fold:
    """Folds records; what cannot be folded is added to `quarantined`, if that is wanted."""
    fold = Fold(projection.timezones, projection.sealed)
    for record in records:
        if record.body is None:
            continue
        reason = fold_one(fold, record.body)
        if reason is not None and quarantined is not None:
            quarantined.append(Quarantined(record.epoch, record.version, reason))
    return fold


def fold_one(fold: Fold, body: bytes) -> str | None:
    """Adds a stored event to a fold.

    Returns:
        None, or the reason why it cannot be folded; nothing was added then.
    """
    try:
        fold.add(decode_event(body))
    except Unfoldable as error:
        return str(error)
    except Exception as error:  # whatever a stored event trips over, it must not stall the others
        logger.exception("an event cannot be folded")
        return f"unexpected {type(error).__name__}"
    return None
