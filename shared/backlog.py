"""What the log holds beyond the watermarks."""

from collections.abc import Iterable
from typing import NamedTuple

from shared.domain.epochs import hour_after
from shared.domain.events import BEACON, Unfoldable, decode_event
from shared.domain.projection import LIVE, Projection
from shared.engine import Engine, EpochHead, ReadModels


class Behind(NamedTuple):
    """An epoch that is not applied to its end: its head, and the last version applied."""

    head: EpochHead
    applied: int

    @property
    def events(self) -> int:
        """How many events wait."""
        return self.head.head - self.applied


def live_projection(read_models: ReadModels) -> Projection:
    """Gives the projection that answers are read from."""
    return next(p for p in read_models.projections() if p.state == LIVE)


def backlog(engine: Engine, projection: Projection) -> list[Behind]:
    """Lists the epochs with unapplied events among those that may have some.

    Those are the epochs of hours that are not closed, and those of imports that are not finished.

    Raises:
        StorageUnavailable: The log or the read models are out of reach.
    """
    closed = engine.read_models.closed(projection.version)
    heads = {head.epoch: head for head in engine.log.epochs(hour_after(closed))}
    for epoch in engine.imports.unfinished():
        if epoch not in heads:
            heads[epoch] = EpochHead(epoch, "", engine.log.head(epoch))
    return behind(engine.read_models, projection, heads.values())


def behind(read_models: ReadModels, projection: Projection, heads: Iterable[EpochHead]) -> list[Behind]:
    """Lists those of some epochs that are not applied to their end. Raises as `backlog` does."""
    known = list(heads)
    applied = read_models.watermarks(projection.version, [head.epoch for head in known])
    return [Behind(head, applied[head.epoch]) for head in known if applied[head.epoch] < head.head]


def lag_ms(engine: Engine, now: int) -> int:
    """Tells how long the oldest beacon that is not counted yet has waited.

    Args:
        engine: The installation's engine.
        now: Milliseconds since 1970.

    Returns:
        Milliseconds; 0 if every beacon is counted. Imports are left out: their events are old when they arrive.

    Raises:
        StorageUnavailable: As for `backlog`.
    """
    oldest = now
    for waiting in backlog(engine, live_projection(engine.read_models)):
        for record in engine.log.read(waiting.head.epoch, waiting.applied, 1):
            try:
                event = decode_event(record.body or b"")
            except Unfoldable:
                continue
            if event.origin == BEACON:
                oldest = min(oldest, event.instant)
    return now - oldest
