"""Cursors: where a portion ended, bound to the question that it is a portion of.

A cursor is not secret and opens nothing that its question does not: it is checked like any other parameter.
"""

import base64
import hashlib
import json
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from services.query.refusals import InvalidRequest


class Cursor(BaseModel):
    """What all cursors hold: the digest of the question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str


C = TypeVar("C", bound=Cursor)


def digest_of(*question: object) -> str:
    """Gives a digest of what makes a question: strings, days and None."""
    return hashlib.sha256(json.dumps(question, default=str).encode()).hexdigest()[:16]


def seal(cursor: Cursor) -> str:
    """Writes a cursor as URL-safe text."""
    return base64.urlsafe_b64encode(cursor.model_dump_json().encode()).decode().rstrip("=")


def unseal(kind: type[C], sealed: str, question: str) -> C:
    """Reads what `seal` wrote.

    Args:
        kind: The kind of cursor that belongs here.
        sealed: The text.
        question: The digest of the question that it must belong to.

    Raises:
        InvalidRequest: It is no cursor, or another question's.
    """
    try:
        text = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        cursor = kind.model_validate_json(text)
    except ValueError as error:
        raise InvalidRequest("cursor is none; take the `next` of the answer before, or leave it out") from error
    if cursor.question != question:
        raise InvalidRequest("cursor is another question's; ask on with the same parameters, or leave it out")
    return cursor
