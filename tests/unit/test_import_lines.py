"""Reading a file line by line, whatever it holds."""

import gzip
import tracemalloc
from pathlib import Path

import pytest

from infra.imports.lines import MAX_LINE_BYTES, BrokenFile, Line, LogFile


def read(path: Path, data: bytes) -> list[Line]:
    path.write_bytes(data)
    with LogFile(path) as file:
        return list(file.lines())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


def test_lines_are_numbered_and_without_their_endings(path: Path) -> None:
    lines = read(path, b"a\nb\r\n\nc")
    assert [(line.number, line.content, line.terminated) for line in lines] == [
        (1, b"a", True),
        (2, b"b", True),
        (3, b"", True),
        (4, b"c", False),
    ]


def test_an_empty_file_has_no_lines(path: Path) -> None:
    assert read(path, b"") == read(path, gzip.compress(b"")) == []


def test_gzip_is_told_by_its_content_not_its_name(path: Path) -> None:
    plain = read(path, b"a\nb\n")
    assert read(path, gzip.compress(b"a\n") + gzip.compress(b"b\n")) == plain
    assert read(path.with_suffix(".gz"), b"a\nb\n") == plain


def test_a_digest_pins_the_content_up_to_its_line(path: Path) -> None:
    one, two = read(path, b"a\nb\nc\n"), read(path, b"a\nx\nc\n")
    assert [a.digest == b.digest for a, b in zip(one, two, strict=True)] == [True, False, False]


def test_equal_lines_have_different_digests(path: Path) -> None:
    assert len({line.digest for line in read(path, b"a\n" * 10)}) == 10


def test_where_a_line_ends_is_part_of_the_content(path: Path) -> None:
    assert read(path, b"ab\nc\n")[-1].digest != read(path, b"a\nbc\n")[-1].digest


def test_a_last_line_has_the_same_digest_without_its_ending(path: Path) -> None:
    assert read(path, b"a\nb")[-1].digest == read(path, b"a\nb\n")[-1].digest == read(path, b"a\r\nb\r\n")[-1].digest


def test_a_size_cut_short_leaves_the_digest(path: Path) -> None:
    assert read(path, b'"GET /" 200 5')[0].digest == read(path, b'"GET /" 200 5123\n')[0].digest


@pytest.mark.parametrize("size", [MAX_LINE_BYTES - 1, MAX_LINE_BYTES, MAX_LINE_BYTES + 1, 3 * MAX_LINE_BYTES + 6])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""])
def test_a_line_may_have_so_many_bytes(path: Path, size: int, ending: bytes) -> None:
    before, long, *after = read(path, b"a\n" + b"x" * size + ending + (b"b\n" if ending else b""))
    assert before.content == b"a"
    assert long.content == (b"x" * size if size <= MAX_LINE_BYTES else None)
    assert [line.content for line in after] == ([b"b"] if ending else [])


def test_a_long_line_is_not_held(path: Path) -> None:
    path.write_bytes(gzip.compress(b"x" * 50_000_000 + b"\nb\n"))
    tracemalloc.start()
    with LogFile(path) as file:
        lines = list(file.lines())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line.content for line in lines] == [None, b"b"]
    assert peak < 2_000_000


def test_what_a_long_line_holds_is_part_of_the_content(path: Path) -> None:
    one, other = (read(path, first + b"y" * 200_000 + b"\nb\n") for first in (b"1", b"2"))
    assert one[1].digest != other[1].digest


def test_a_gzip_file_cut_short_gives_what_comes_before(path: Path) -> None:
    data = b"".join(b"line %d\n" % n for n in range(50_000))
    path.write_bytes(gzip.compress(data)[:-20_000])
    given: list[Line] = []
    with LogFile(path) as file, pytest.raises(BrokenFile, match="cut off"):
        given.extend(file.lines())
    assert 10_000 < len(given) < 50_000
    assert all(line.terminated for line in given)
    assert data.startswith(b"".join((line.content or b"") + b"\n" for line in given))


@pytest.mark.parametrize(
    "damage", [b"\x1f\x8b", b"\x1f\x8b\x08\x00garbage", gzip.compress(b"a\n", mtime=0)[:-4] + b"\0\0\0\0"]
)
def test_a_damaged_gzip_file_is_reported(path: Path, damage: bytes) -> None:
    with pytest.raises(BrokenFile, match=r"access\.log"):
        read(path, damage)


def test_the_position_leads_to_the_files_size(path: Path) -> None:
    path.write_bytes(gzip.compress(b"a\n" * 100))
    with LogFile(path) as file:
        list(file.lines())
        assert file.position == path.stat().st_size
