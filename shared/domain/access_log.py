"""Access logs: what a request line asks for, and which requests are pageviews."""

import re

#: What a page brings along, or links to, and is not a page itself.
STATIC_ASSETS = {
    *("css", "js", "mjs", "map", "json", "jpg", "jpeg", "png", "gif", "webp", "avif", "ico", "svg", "bmp", "tif"),
    *("tiff", "pdf", "csv", "txt", "mpeg", "mpg", "mp3", "mp4", "ogg", "webm", "swf", "flv", "woff", "woff2", "ttf"),
    *("otf", "eot", "xls", "xlsx", "doc", "docx", "ppt", "pptx", "zip", "gz", "xz", "zst", "tar", "tgz", "rar", "iso"),
    *("dmg", "exe", "wasm", "webmanifest"),
}

_SCHEME_AND_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


def split_request(line: str) -> tuple[str, str]:
    """Splits a request line, such as "GET /about HTTP/1.1", into method and target.

    A target may hold spaces, and HTTP/0.9 named no protocol.
    """
    method, _, rest = line.partition(" ")
    target, _, protocol = rest.rpartition(" ")
    return method, target if protocol.startswith("HTTP/") else rest


def path_of(target: str) -> str:
    """Gives the path of a request's target, with its query and beginning with "/".

    Args:
        target: In origin form ("/about?x=1") or, as proxies are asked, in absolute form ("http://host/about?x=1"); see
            RFC 9112, section 3.2.
    """
    if absolute := _SCHEME_AND_AUTHORITY.match(target):
        target = target[absolute.end() :]
    return target if target.startswith("/") else "/" + target


def is_pageview(method: str, status: int | None, path: str) -> bool:
    """Tells whether a request is a pageview: a GET that was answered, of what is no static asset.

    Args:
        method: The request's method.
        status: The status that it was answered with, if that is known.
        path: The path, with or without a query.
    """
    if method != "GET" or status not in (200, 304):
        return False
    name = path.partition("?")[0].partition("#")[0].rpartition("/")[2]
    _, dot, extension = name.rpartition(".")
    return not (dot and extension.lower() in STATIC_ASSETS)
