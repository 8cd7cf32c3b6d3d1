"""Which country a visitor is in. It is derived when the event comes in, since the address is never stored."""

from collections.abc import Mapping

from services.ingest.address import Networks, client_address, read_networks

#: The assigned codes: second letters by first ones. Source: ISO 3166-1 alpha-2. It leaves XK to its users, and all who
#: name countries mean Kosovo by it. "XX", "T1", "EU" and the like are no countries.
_SECOND_LETTERS = {
    "A": "DEFGILMOQRSTUWXZ",
    "B": "ABDEFGHIJLMNOQRSTVWYZ",
    "C": "ACDFGHIKLMNORUVWXYZ",
    "D": "EJKMOZ",
    "E": "CEGHRST",
    "F": "IJKMOR",
    "G": "ABDEFGHILMNPQRSTUWY",
    "H": "KMNRTU",
    "I": "DELMNOQRST",
    "J": "EMOP",
    "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY",
    "M": "ACDEFGHKLMNOPQRSTUVWXYZ",
    "N": "ACEFGILOPRUZ",
    "O": "M",
    "P": "AEFGHKLMNRSTWY",
    "Q": "A",
    "R": "EOSUW",
    "S": "ABCDEGHIJKLMNORSTVXYZ",
    "T": "CDFGHJKLMNORTVWZ",
    "U": "AGMSYZ",
    "V": "ACEGINU",
    "W": "FS",
    "X": "K",
    "Y": "ET",
    "Z": "AMW",
}
_CODES = frozenset(first + second for first, letters in _SECOND_LETTERS.items() for second in letters)

#: Every sender there is, for a header that is believed from anyone.
ANYONE: Networks = read_networks("0.0.0.0/0, ::/0")

#: Stands for the visitor whom a sender names. No connection comes from it.
_NAMED = "0.0.0.0"  # noqa: S104 - nothing listens here


class Countries:
    """Tells the countries of visitors."""

    def __init__(self, header: str = "", believed: Networks = ()) -> None:
        """Puts it together.

        Args:
            header: The header in which a network in front names the country, such as "cf-ipcountry", in lower case;
                "" if there is none.
            believed: The senders whose header is believed.
        """
        self._header = header
        self._believed = believed

    def tell(self, address: str, peer: str, headers: Mapping[str, str]) -> str | None:
        """Tells a visitor's country.

        Args:
            address: The visitor's address, as `client_address` gives it.
            peer: The address that the connection came from.
            headers: The request's headers by their names in lower case.

        Returns:
            What the header says, also if that is no country, where there is one and its sender is believed; else that
            of the address. None if it is not known.
        """
        said = headers.get(self._header) if self._header else None
        if said is not None and self._believes(peer):
            return _country(said)
        return country_of(address)

    def _believes(self, peer: str) -> bool:
        """Asks the one rule that there is for who may speak for a visitor."""
        return client_address(peer, _NAMED, self._believed, believe=False) == _NAMED


#: Knows no header.
BY_ADDRESS = Countries()


def country_of(address: str) -> str | None:
    """Gives the country that an address was assigned to by a regional internet registry.

    Args:
        address: In its canonical spelling.

    Returns:
        Its code in ISO 3166-1 alpha-2; None for what is private or reserved, not assigned, or no address.
    """
    # The registries' lists are a megabyte, mapped on first use.
    from iptocc import country_code

    try:
        return _country(country_code(address) or "")
    except UnicodeEncodeError:  # a lone surrogate
        return None


def _country(said: str) -> str | None:
    code = said.strip().upper()
    return code if code in _CODES and said.isascii() else None
