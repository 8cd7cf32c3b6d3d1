"""Bounds on text that a stranger sent."""

#: No number that is meant has more digits.
_MAX_DIGITS = 9


def cut_utf8(text: str, limit: int, mark: str = "") -> str:
    """Cuts text to a number of bytes without splitting a character.

    Args:
        text: Any text.
        limit: The most bytes of UTF-8 that may be returned, the mark included.
        mark: What a cut text ends with.

    Returns:
        The text itself if it fits, else its beginning and the mark.
    """
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= limit:
        return text
    return encoded[: limit - len(mark.encode())].decode("utf-8", "ignore") + mark


def read_number(text: str) -> int:
    """Reads a number in decimal digits; 0 where there is none, or a longer one than could be meant."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else 0
