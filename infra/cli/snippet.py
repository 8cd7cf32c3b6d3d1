"""The snippet that an owner pastes into their pages."""

from html import escape

from infra.installation import Place
from shared.domain.sites import Site


def snippet(site: Site, place: Place) -> str:
    """Gives the script element that counts a site's pages. Where the API is elsewhere than the script, it says where.

    Args:
        site: The site.
        place: Where the installation is.
    """
    address, api = place.address(), place.api()
    elsewhere = "" if api == address else f' data-api="{escape(api)}/api/event"'
    return f'<script defer data-domain="{escape(site.name)}"{elsewhere} src="{escape(address)}/js/script.js"></script>'
