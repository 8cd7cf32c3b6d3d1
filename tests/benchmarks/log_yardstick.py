"""The least that an import must do with a log's lines: unpack, parse, hash the visitor. Run as a script."""

import gzip
import hmac
import sys

from apachelogs import COMBINED, InvalidEntryError, LogParser

_SALT = bytes(32)

parser = LogParser(COMBINED, encoding="utf-8", errors="replace")
with gzip.open(sys.argv[1], "rt", encoding="latin-1") as lines:
    for line in lines:
        try:
            fields = parser.parse(line).directives
        except InvalidEntryError:
            continue
        hmac.digest(_SALT, f"{fields['%h']}|{fields['%{User-Agent}i']}".encode(), "sha256")
