"""The static pages as they are uploaded: told where the API is, and which site the sample page counts for."""

import io
import re
import zipfile
from pathlib import Path

from infra.admin import SAMPLE_SITE

PAGES = Path(__file__).resolve().parents[2] / "site"

_TEXTS = {".html", ".js"}

#: On one machine the pages find the API where they come from, and this is empty.
_API = '<meta name="milepost-api" content="">'
_TRACKER = f'data-domain="{SAMPLE_SITE}"'
#: Pictures that the API makes: the badge of the sample page, and the pixel of visitors without scripts.
_PICTURE = re.compile(r'(<img [^>]*src=")(?=/(?:counter/|pixel\.gif))')
_SAMPLE_SITE = re.compile(rf"\b{re.escape(SAMPLE_SITE)}\b")

#: What a zip says of every file, so that the same pages are the same zip.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(folder: Path, api: str, sample_site: str) -> bytes:
    """Packs the static pages, filled in.

    Args:
        folder: The pages.
        api: Where browsers find the API, such as "https://abc.execute-api.eu-central-1.amazonaws.com".
        sample_site: The site that the sample page counts for.

    Returns:
        A zip.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = file.read_bytes()
            if file.suffix in _TEXTS:
                content = _fill_in(content.decode(), api, sample_site).encode()
            archive.writestr(zipfile.ZipInfo(file.relative_to(folder).as_posix(), _EPOCH), content)
    return packed.getvalue()


def _fill_in(text: str, api: str, sample_site: str) -> str:
    filled = text.replace(_API, _API.replace('""', f'"{api}"'))
    filled = filled.replace(_TRACKER, f'{_TRACKER} data-api="{api}/api/event"')
    filled = _PICTURE.sub(rf"\1{api}", filled)
    return _SAMPLE_SITE.sub(sample_site, filled)
