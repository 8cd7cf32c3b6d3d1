"""Regular expressions that a stranger may send.

Python's own matcher can take exponential time. RE2 takes time linear in the text and memory within a bound, and its
syntax is the one that Plausible's Stats API documents.
Source: https://github.com/google/re2/wiki/Syntax
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

MAX_PATTERN_BYTES = 1024
_MAX_MEMORY_BYTES = 1 << 20

Matcher = Callable[[str], bool]


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Matcher:
    """Compiles a regular expression in RE2's syntax.

    Args:
        pattern: The expression; it matches anywhere in a text unless it is anchored.

    Returns:
        What tells whether a text has a match. Of a text that is no Unicode, such as a lone surrogate, "?" is matched.

    Raises:
        ValueError: It is none, or one that is too large; says what is wrong with it.
    """
    # An import on first use: no other question needs it.
    import re2

    if len(pattern.encode("utf-8", "replace")) > MAX_PATTERN_BYTES:
        raise ValueError(f"longer than {MAX_PATTERN_BYTES:,} bytes")
    options = re2.Options()
    options.max_mem = _MAX_MEMORY_BYTES
    options.log_errors = False
    try:
        search = re2.compile(pattern, options).search
    except UnicodeEncodeError as error:
        raise ValueError("not Unicode") from error
    except re2.error as error:
        raise ValueError(_reason(error)) from error
    return lambda text: search(text.encode("utf-8", "replace").decode()) is not None


def wildcard_pattern(pieces: Iterable[str]) -> str:
    """Makes a pattern of the texts that consist of some pieces in their order, with any characters between them."""
    return "(?s)^" + ".*".join(map(_quoted, pieces)) + "$"


def _quoted(text: str) -> str:
    """RE2 takes any ASCII punctuation after a backslash as itself; a letter, digit or other character is itself."""
    return "".join(f"\\{char}" if char.isascii() and not char.isalnum() and char != "_" else char for char in text)


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
