"""How differences between rows are shown."""

from typing import Any

from services.projector.recount import Difference


def difference_as_dict(difference: Difference) -> dict[str, Any]:
    """Gives a difference for a script: the row's key, what is stored, what is expected."""
    return {
        **difference.key._asdict(),
        "stored": difference.stored and difference.stored._asdict(),
        "expected": difference.expected and difference.expected._asdict(),
    }


def difference_as_line(difference: Difference) -> str:
    """Gives a difference for a person."""
    name = " ".join(part for part in difference.key if part)
    return f"{name}: stored {_brief(difference.stored)}, expected {_brief(difference.expected)}"


def _brief(counts: tuple[int, ...] | None) -> str:
    return "nothing" if counts is None else "/".join(map(str, counts))
