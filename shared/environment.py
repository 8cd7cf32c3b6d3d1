"""The environment of a function on AWS, as its deployment sets it. It is read at the first call, never at import."""

import os

from shared.engines.dynamodb.tables import Tables

STACK = "STACK"
TOPIC_ARN = "TOPIC_ARN"
DASHBOARD_URL = "DASHBOARD_URL"
TRUSTED_PROXIES = "TRUSTED_PROXIES"
COUNTRY_HEADER = "COUNTRY_HEADER"
WINDOW = "WINDOW"


#: How old what a function knows of sites and keys may be, in seconds; a change must be in force within sixty.
DIRECTORY_LIFETIME = 30.0


class MissingSetting(Exception):
    """The function was deployed without a variable that it needs."""


def variable(name: str) -> str:
    """Gives the whole name of a variable, such as `STACK`."""
    return f"MILEPOST_{name}"


def table_variable(role: str) -> str:
    """Gives the whole name of the variable that names a table.

    Args:
        role: The table's field in `Tables`.
    """
    return variable(f"TABLE_{role.upper()}")


def setting(name: str) -> str:
    """Gives the value of a variable, such as `STACK`.

    Raises:
        MissingSetting: It is not set, or empty.
    """
    value = optional_setting(name)
    if not value:
        raise MissingSetting(f"{variable(name)} is not set; deploy the stack again")
    return value


def optional_setting(name: str) -> str:
    """Gives the value of a variable, such as `TRUSTED_PROXIES`; "" if it is not set."""
    return os.environ.get(variable(name), "")


def table_names(*roles: str) -> Tables:
    """Gives the names of the tables that a function may use; the others are "".

    Args:
        roles: Fields of `Tables`.

    Raises:
        MissingSetting: One of them is not set.
    """
    return Tables(**{role: setting(f"TABLE_{role.upper()}") if role in roles else "" for role in Tables._fields})
