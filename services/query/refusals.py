"""Why a request is refused. Each text is the answer's "error": what is wrong, and what would be right."""

from collections.abc import Sequence


class InvalidRequest(Exception):
    """A parameter is none that is known, or its value is none that it may have."""


class Unauthorised(Exception):
    """No key was shown, or one that is none."""


class Forbidden(Exception):
    """The key is not good for what was asked, whether that exists or not."""


class UnknownSite(Exception):
    """There is no such site, and the key may know that."""


class UnknownPath(Exception):
    """Nothing is served under this path."""


class WrongMethod(Exception):
    """The path is served, but not by this method."""

    def __init__(self, methods: Sequence[str]) -> None:
        """Names the methods by which it is."""
        super().__init__(f"this is asked by {' or '.join(methods)}")
        self.methods = methods
