"""From a question to a site's milestones."""

from typing import Annotated

from pydantic import Field

from services.query import answers
from services.query.cursors import Cursor, digest_of, seal, unseal
from services.query.parameters import Paging
from shared.domain.calendar import rfc3339
from shared.domain.milestones import METRIC, Milestone
from shared.engine import Milestones

#: What any engine can hold as a number.
_Number = Annotated[int, Field(ge=0, lt=2**63)]


class MilestonesCursor(Cursor):
    """The milestone that a portion ended with: when it was reached, its threshold, its id."""

    after: tuple[_Number, _Number, str]


def list_milestones(milestones: Milestones, site: str, asked: Paging) -> answers.Milestones:
    """Lists a portion of a site's milestones, newest first.

    Raises:
        InvalidRequest: The cursor is not this site's.
        StorageUnavailable: The milestones are out of reach.
    """
    question = digest_of("milestones", site)
    after = unseal(MilestonesCursor, asked.cursor, question).after if asked.cursor is not None else None
    found = milestones.page(site, asked.limit + 1, after)
    portion = found[: asked.limit]
    following = None
    if len(found) > len(portion):
        end = portion[-1]
        position = (end.reached_at, end.threshold, end.milestone_id)
        following = seal(MilestonesCursor(question=question, after=position))
    return answers.Milestones(milestones=list(map(_answer, portion)), next=following)


def _answer(milestone: Milestone) -> answers.Milestone:
    page, notified_at = milestone.subject.page, milestone.notified_at
    return answers.Milestone(
        milestone_id=milestone.milestone_id,
        subject="site" if page is None else "page",
        page=page,
        metric=METRIC,
        threshold=milestone.threshold,
        reached_at=rfc3339(milestone.reached_at),
        notified_at=None if notified_at is None else rfc3339(notified_at),
    )
