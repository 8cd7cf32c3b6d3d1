"""The snippet that an owner pastes into their pages."""

from html import escape

from shared.domain.sites import Site


def snippet(site: Site, address: str) -> str:
    """Gives the script element that counts a site's pages.

    Args:
        site: The site.
        address: Where browsers reach this server, such as "https://stats.example.org".
    """
    return f'<script defer data-domain="{escape(site.name)}" src="{escape(address)}/js/script.js"></script>'
