"""From the URL that an event holds to the page that is counted."""

from functools import lru_cache
from urllib.parse import unquote

from shared.domain.text import cut_utf8

MAX_PAGE_BYTES = 1024
CUT_MARK = "…"


@lru_cache(maxsize=8192)
def page_of(url: str) -> str:
    """Names the page of a URL.

    The path, percent-decoded once (invalid bytes replaced), without query, without trailing white space, "/" if empty,
    at most 1,024 bytes of UTF-8 (a longer one is cut and ends with "…"). A fragment belongs to the page: an event
    keeps one only where its site routes by hash.

    Args:
        url: An absolute URL, or a path beginning with "/".

    Returns:
        The page, beginning with "/".
    """
    rest, hash_mark, fragment = url.partition("#")
    _, authority_mark, after = rest.partition("://")
    if authority_mark and not rest.startswith("/"):
        slash = min((i for i in (after.find("/"), after.find("?")) if i >= 0), default=len(after))
        rest = after[slash:]
    path = rest.partition("?")[0]
    page = unquote(path + hash_mark + fragment, errors="replace").rstrip()
    return cut_utf8(page if page.startswith("/") else "/" + page, MAX_PAGE_BYTES, CUT_MARK)
