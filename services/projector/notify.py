"""The notifier: from the outbox to mails, each at least once and recognisable by its id."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from services.projector.letters import compose
from shared.domain.calendar import local_date
from shared.domain.milestones import Milestone
from shared.domain.sites import Site
from shared.engine import Clock, Mail, Milestones

logger = logging.getLogger(__name__)

#: The most mails of one site on one of its days. What is more goes together into the last of them, or waits.
MAX_MAILS_PER_DAY = 10


class Notification(NamedTuple):
    """A mail as it is handed to the mail path: `subject` is ASCII of fewer than 100 characters."""

    mail_id: str
    subject: str
    text: str


class NotDelivered(Exception):
    """The mail path did not take a mail. It stays in the outbox."""


Send = Callable[[Notification], None]


class Notifier:
    """Plans mails, then sends them."""

    def __init__(
        self,
        milestones: Milestones,
        sites: Callable[[], Mapping[str, Site]],
        send: Send,
        dashboard: Callable[[Site], str],
        clock: Clock,
    ) -> None:
        """Puts the notifier together.

        Args:
            milestones: The outbox.
            sites: Gives the registered sites by name.
            send: The mail path; raises `NotDelivered`.
            dashboard: Gives the address of a site's dashboard.
            clock: Gives milliseconds since 1970.
        """
        self._milestones = milestones
        self._sites = sites
        self._send = send
        self._dashboard = dashboard
        self._clock = clock

    def run(self) -> int:
        """Announces what is in the outbox.

        Returns:
            How many mails could not be delivered; they are tried again by the next run.

        Raises:
            StorageUnavailable: The outbox is out of reach.
        """
        sites = self._sites()
        unsent = self._milestones.planned()
        pending = sorted(self._milestones.pending(), key=lambda milestone: milestone.subject.site)
        for name, milestones in groupby(pending, key=lambda milestone: milestone.subject.site):
            if name in sites:
                self._plan(sites[name], list(milestones), unsent)
        return sum(not self._deliver(sites, mail) for mail in self._milestones.planned())

    def _plan(self, site: Site, milestones: Sequence[Milestone], unsent: Sequence[Mail]) -> None:
        """Records each mail before it is sent, so that a repetition is the same mail."""
        day = local_date(self._clock(), site.timezone)
        # What an outage has left of earlier days leaves before anything new, and takes up room on the day it leaves.
        late = sum(mail.site == site.name and mail.day != day for mail in unsent)
        room = MAX_MAILS_PER_DAY - self._milestones.mails(site.name, day) - late
        for group in _mails(milestones, room):
            self._milestones.plan(Mail(_mail_id(group), site.name, day, group))

    def _deliver(self, sites: Mapping[str, Site], mail: Mail) -> bool:
        site = sites.get(mail.site)
        if site is None:
            return True
        try:
            self._send(Notification(mail.mail_id, *compose(site, mail.milestones, self._dashboard(site))))
        except NotDelivered as error:
            logger.warning("mail %s was not delivered and will be tried again: %s", mail.mail_id, error)
            return False
        now = self._clock()
        self._milestones.sent(mail._replace(day=local_date(now, site.timezone)), now)
        return True


def _mails(milestones: Sequence[Milestone], room: int) -> Iterator[Sequence[Milestone]]:
    """Shares milestones out over the mails that may still go out today."""
    if room <= 0:
        return
    single = len(milestones) if len(milestones) <= room else room - 1
    yield from ([milestone] for milestone in milestones[:single])
    if milestones[single:]:
        yield milestones[single:]


def _mail_id(milestones: Sequence[Milestone]) -> str:
    """A single milestone's mail goes by the milestone's id, a digest by that of all of them."""
    ids = [milestone.milestone_id for milestone in milestones]
    return ids[0] if len(ids) == 1 else "digest-" + hashlib.sha256(" ".join(ids).encode()).hexdigest()[:20]
