"""Who may read what."""

from services.query.refusals import Forbidden, Unauthorised, UnknownSite
from shared.directory import Directory
from shared.domain.keys import Key
from shared.domain.sites import Site
from shared.http import Request, bearer_of


def readable_site(directory: Directory, request: Request, name: str) -> Site:
    """Finds the site of a path, if the request may read it.

    A public site is everyone's, also a wrong key's. For the others, who may not know whether a site exists is answered
    the same in both cases.

    Raises:
        Unauthorised: The site is not known to be public, and no valid key was shown.
        Forbidden: The key lacks the scope or the site.
        UnknownSite: The key would be good for it, but there is none of that name.
        StorageUnavailable: The registry is out of reach.
    """
    site = directory.site(name)
    if site is not None and site.public:
        return site
    key = _key(directory, request)
    if not key.allows("read", name):
        raise Forbidden("this key does not let you read this site; use one with the scope read that names it")
    if site is None:
        raise UnknownSite("there is no such site; GET /v1/sites lists those that there are")
    return site


def readable_sites(directory: Directory, request: Request) -> list[Site]:
    """Lists the sites that the request's key sees, by name.

    Raises:
        Unauthorised: No valid key was shown.
        Forbidden: The key lacks the scope.
        StorageUnavailable: The registry is out of reach.
    """
    key = _key(directory, request)
    if not key.allows("read"):
        raise Forbidden("this key does not let you read; use one with the scope read")
    return [site for name, site in sorted(directory.sites().items()) if key.allows("read", name)]


def _key(directory: Directory, request: Request) -> Key:
    key = directory.key(bearer_of(request))
    if key is None:
        raise Unauthorised("a valid key is needed; send it in the header Authorization: Bearer KEY")
    return key
