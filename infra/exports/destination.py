"""Where an event of an export goes in the log, and whether it is there already.

The events of an epoch keep their nonces, and go to an epoch that is named by the site and by the epoch in which they
were first stored. So whatever way they have gone, they are recognised: by their nonces, under the name of that first
epoch and under the names that follow from it.
"""

from itertools import count

from shared.domain.epochs import import_epoch
from shared.engine import EventLog

_PORTION = 1_000

#: Stands in no name of an epoch.
_NUMBER = "+"


class Destination:
    """Where the events of one epoch and one site.

    Attributes:
        epoch: The epoch to append to: the first of its names that is unfinished or holds nothing. What is finished
            takes no more, since nobody would look for what a stopped import has left in it.
        stored: How many events are in it.
        held: The nonces of the epoch's events that the log holds. What was erased is not held.
    """

    def __init__(self, log: EventLog, site_id: str, epoch: str, unfinished: set[str]) -> None:
        """Looks in the log.

        Args:
            log: The event log.
            site_id: The site's id.
            epoch: The epoch that an export names.
            unfinished: The epochs of imports that are not finished.

        Raises:
            StorageUnavailable: The log is out of reach.
        """
        own = import_epoch(site_id, "")
        origin = epoch.removeprefix(own).partition(_NUMBER)[0]
        self.held = set(_nonces(log, origin))
        for number in count():
            self.epoch = own + origin + (f"{_NUMBER}{number}" if number else "")
            self.stored = log.head(self.epoch) + 1
            self.held.update(_nonces(log, self.epoch) if self.stored else ())
            if not self.stored or self.epoch in unfinished:
                return


def _nonces(log: EventLog, epoch: str) -> list[str]:
    nonces: list[str] = []
    after = -1
    while records := log.read(epoch, after, _PORTION):
        after = records[-1].version
        nonces += [record.nonce for record in records if record.body is not None]
    return nonces
