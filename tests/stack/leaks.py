"""Looking for a secret in files, byte by byte, in every spelling that it may have taken on."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

Forms = Mapping[str, bytes]

#: Of what is encoded at each of the three places in a group of Base64: characters that depend on what is before it.
_UNSURE = (0, 2, 3)


def forms_of(secret: bytes) -> Forms:
    """Gives the spellings of a secret: itself, hexadecimal, percent-encoded, Base64 wherever in a text it stands."""
    return {
        "as it is": secret,
        "hexadecimal": secret.hex().encode(),
        "hexadecimal in capitals": secret.hex().upper().encode(),
        "percent-encoded": quote(secret, safe="").encode(),
        **{f"Base64 at {place}": form for place in range(3) for form in [_base64(secret, place)]},
        **{f"Base64 for URLs at {place}": form for place in range(3) for form in [_base64(secret, place, b"-_")]},
    }


def forms_of_address(address: str) -> Forms:
    """Gives the spellings of an address: short, long, reversed, as a number; and each of them as of any secret.

    The four raw bytes of an IPv4 address are left out: they would turn up by chance.
    """
    parsed = ip_address(address)
    spellings = {
        "short": str(parsed).encode(),
        "long": parsed.exploded.encode(),
        "reversed": parsed.reverse_pointer.rpartition(".")[0].rpartition(".")[0].encode(),
        "number": str(int(parsed)).encode(),
    }
    found = {
        f"{name}, {form}": text for name, spelling in spellings.items() for form, text in forms_of(spelling).items()
    }
    packed = {f"packed, {form}": text for form, text in forms_of(parsed.packed).items()}
    return found | {form: text for form, text in packed.items() if len(text) > 4}


def occurrences(places: Iterable[Path], forms: Forms) -> list[str]:
    """Lists where a secret occurs.

    Args:
        places: Files, and folders that are searched to their depths, write-ahead logs included.
        forms: The spellings of the secret.

    Returns:
        File and spelling of each.
    """
    return [
        f"{file.name}: {form}"
        for file in _files(places)
        for content in [file.read_bytes()]
        for form, text in forms.items()
        if text in content
    ]


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from (file for file in place.rglob("*") if file.is_file()) if place.is_dir() else [place]


def _base64(secret: bytes, place: int, altchars: bytes = b"+/") -> bytes:
    encoded = base64.b64encode(bytes(place) + secret, altchars).rstrip(b"=")
    # The last character may depend on what comes after the secret.
    return encoded[_UNSURE[place] : -1 if (place + len(secret)) % 3 else None]
