"""What is held of a file while it is imported."""

from infra.imports.access_log import Hit
from infra.imports.window import MAX_BYTES, MAX_LINES, Read, Window

HIT = Hit("192.0.2.1", "", 0, "2026-11-20", None, "/", None)


def window(lines: int, size: int = 100) -> Window:
    return Window(Read(f"{number:064}", HIT if number % 2 else None, size) for number in range(lines))


def test_a_window_holds_so_many_lines() -> None:
    held = window(MAX_LINES + 1)
    assert held.fill()
    assert (len(held.lines), held.ended) == (MAX_LINES, False)


def test_a_window_that_reaches_the_end_says_so() -> None:
    held = window(MAX_LINES)
    assert held.fill()
    assert (len(held.lines), held.ended) == (MAX_LINES, True)


def test_a_window_holds_so_many_bytes() -> None:
    held = window(10 * MAX_LINES, size=60_000)
    for _ in range(3):
        held.fill()
        assert MAX_BYTES <= 60_000 * len(held.lines) <= MAX_BYTES + 60_000
        held.drop(len(held.lines) - 10, is_part=True)


def test_the_next_window_begins_after_the_part() -> None:
    held = window(20)
    held.fill()
    held.drop(5, is_part=True)
    assert (held.start, held.passed, held.lines[0].digest) == (f"{4:064}", 0, f"{5:064}")
    held.drop(3, is_part=False)
    assert (held.start, held.passed, held.lines[0].digest) == (f"{4:064}", 3, f"{8:064}")
    held.drop(12, is_part=True)
    assert not held.fill()


def test_hits_come_with_the_nonces_of_their_events() -> None:
    held = window(4)
    held.fill()
    assert held.hits(3) == [(f"{1:064}"[:32], HIT)]
