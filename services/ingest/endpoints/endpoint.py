"""What all endpoints have: methods, a reader of requests, and two kinds of answers."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from shared.domain.beacon import Beacon, Errors, InvalidBeacon
from shared.http import Request, Response, query_of

#: Says that an event was dropped.
DROPPED = {"x-plausible-dropped": "1"}


class Endpoint(NamedTuple):
    """One way to send events.

    Attributes:
        methods: What it takes.
        read: Gives what the request tells of an event; None where nothing of it is kept. Raises `InvalidBeacon`.
        answer: Makes the answer to what was read, with the headers that all such answers have.
        refuse: Makes the answer to what cannot be taken: the status, and by field what is wrong.
    """

    methods: tuple[str, ...]
    read: Callable[[Request], Beacon | None]
    answer: Callable[[Mapping[str, str]], Response]
    refuse: Callable[[int, Errors], Response]


def parameters_of(request: Request) -> Mapping[str, str]:
    """Gives the parameters of the query.

    Raises:
        InvalidBeacon: There is what cannot be stored.
    """
    parameters = query_of(request)
    if any("\0" in value for value in parameters.values()):
        raise InvalidBeacon({"request": ["holds a NUL character; leave it out"]})
    return parameters


def told(errors: Errors) -> str:
    """Gives what is wrong in one line."""
    return "; ".join(f"{name}: {text}" for name, texts in errors.items() for text in texts)
