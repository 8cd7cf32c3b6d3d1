"""What an installation is given at its start: a first site and a key to manage it by."""

import secrets
from collections.abc import Sequence

from shared.domain.keys import Key, key_digest
from shared.domain.sites import Site
from shared.engine import Engine

SAMPLE_SITE = "localhost"

#: The id of the key that the environment names. It is in force as long as the server is started with it.
ENVIRONMENT_KEY = "environment"


def new_key(scope: str, sites: Sequence[str]) -> tuple[Key, str]:
    """Draws a key of 256 random bits.

    Returns:
        The key as it is stored, and the key itself, which is stored nowhere.
    """
    secret = "mp_" + secrets.token_urlsafe(32)
    return Key(secrets.token_hex(4), key_digest(secret), scope, tuple(sites)), secret


def add_site(engine: Engine, site: Site) -> None:
    """Registers a site. The projections learn of it first, so that its first event already counts."""
    engine.read_models.set_timezone(site.name, site.timezone)
    engine.sites.save(site)


def prepare(engine: Engine, admin_key: str | None, sample_site: str = SAMPLE_SITE) -> str | None:
    """Gives an empty installation its sample site, and any installation a key of scope admin.

    Args:
        engine: The installation's engine.
        admin_key: The key that the environment names, if it does.
        sample_site: The site that the sample page counts for.

    Returns:
        A key that was drawn because there was none, to be shown once.

    Raises:
        StorageUnavailable: The registry is out of reach.
    """
    keys = engine.keys.all()
    if not engine.sites.all() and not keys:
        add_site(engine, Site(sample_site, secrets.token_hex(8), public=True, counter=True))
    engine.keys.revoke(ENVIRONMENT_KEY)
    if admin_key:
        engine.keys.save(Key(ENVIRONMENT_KEY, key_digest(admin_key), "admin"))
        return None
    if any(key.scope == "admin" and not key.sites and key.id != ENVIRONMENT_KEY for key in keys):
        return None
    key, secret = new_key("admin", ())
    engine.keys.save(key)
    return secret
