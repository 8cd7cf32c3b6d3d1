"""Segments and the tables made of them: what goes in comes out, in order, however many values there are."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.reports.details import NUMBERS, TEXTS, Detail
from shared.domain.reports.segments import Segment, encode_segment
from shared.domain.reports.tables import Table
from shared.domain.reports.tabulate import _Grouped
from tests.unit.making import few, texts

PLAIN = Detail._make([*[""] * len(TEXTS), *[0] * len(NUMBERS)])


def _whole_numbers(kind: str) -> st.SearchStrategy[int]:
    limits = np.iinfo(np.dtype(kind))
    return st.sampled_from([0, 1, int(limits.min), int(limits.max)]) | st.integers(int(limits.min), int(limits.max))


def details() -> st.SearchStrategy[list[Detail]]:
    """Details of any contents; of few instants, so that several events share one."""
    words = st.sampled_from(["", "/", "/a", "\0", "é", "\U0001f600"]) | texts
    numbers = {name: _whole_numbers(kind) for name, kind in NUMBERS.items()}
    numbers["instant"] = st.sampled_from([-(2**63), -1, 0, 5, 2**63 - 1])
    one = st.builds(Detail, **dict.fromkeys(TEXTS, words), **numbers)
    return st.lists(one, min_size=1, max_size=5)


def decoded(stored: bytes) -> list[Detail]:
    """A segment's rows, the plain way."""
    segment = Segment(stored)
    columns = [[segment.values[name][code] for code in segment.codes(name).tolist()] for name in TEXTS]
    columns += [segment.numbers(name).tolist() for name in NUMBERS]
    return list(map(Detail._make, zip(*columns, strict=True)))


def rows_of(table: Table) -> list[Detail]:
    columns: list[Sequence[Any]] = []
    for name in TEXTS:
        column = table.text(name)
        columns.append([column.values[code] for code in column.codes.tolist()])
    columns += [table.number(name).tolist() for name in NUMBERS]
    return list(map(Detail._make, zip(*columns, strict=True)))


@few
@given(details())
def test_a_segment_has_its_details_in_the_order_of_their_instants(some: list[Detail]) -> None:
    assert decoded(encode_segment(some)) == sorted(some, key=lambda one: one.instant)


@few
@given(st.lists(details(), max_size=3))
def test_a_table_has_the_rows_of_its_segments_those_of_one_instant_in_the_order_of_the_segments(
    some: list[list[Detail]],
) -> None:
    table = Table([Segment(encode_segment(one)) for one in some])
    assert table.rows == sum(map(len, some))
    assert rows_of(table) == sorted((one for part in some for one in part), key=lambda one: one.instant)


@pytest.mark.parametrize(
    ("number", "width"), [(1, 1), (256, 1), (257, 2), (65_536, 2), (65_537, 4)], ids=lambda value: f"{value:,}"
)
def test_codes_are_as_wide_as_the_number_of_values_wants(number: int, width: int) -> None:
    some = [PLAIN._replace(page=f"/{place}", instant=place) for place in range(number)]
    stored = encode_segment(some)
    segment = Segment(stored)
    assert segment.codes("page").dtype.itemsize == width
    assert segment.codes("name").dtype.itemsize == 1
    assert segment.codes("page").tolist() == list(range(number))
    assert segment.values["page"][-1] == f"/{number - 1}"
    assert segment.numbers("instant").tolist() == list(range(number))


def test_segments_of_different_widths_make_one_table() -> None:
    wide = [PLAIN._replace(page=f"/{place}", instant=2 * place) for place in range(300)]
    narrow = [PLAIN._replace(page=f"/{place}", instant=2 * place + 1) for place in (299, 7, 500)]
    table = Table([Segment(encode_segment(one)) for one in (wide, narrow)])
    assert rows_of(table) == sorted(wide + narrow, key=lambda one: one.instant)
    assert table.text("page").equals("/299").sum() == 2
    assert table.text("page").code_of("/nowhere") == -1
    assert not table.text("page").equals("/nowhere").any()


def test_the_same_details_make_the_same_bytes() -> None:
    some = [PLAIN._replace(page=page) for page in "cab"]
    assert encode_segment(some) == encode_segment(iter(some))
    assert len(encode_segment(some * 1_000)) < 1_500


@pytest.mark.parametrize("first", [b"", b"\x00", b"\x02", b"\x78"])
def test_another_format_is_refused(first: bytes) -> None:
    stored = encode_segment([PLAIN])
    assert stored[:1] == b"\x01"
    assert zlib.decompress(stored[1:])
    with pytest.raises(ValueError, match="a segment of a format that this release does not know"):
        Segment(first + stored[1:] if first else b"")


def test_numbers_that_are_too_large_to_be_paired_are_told_apart() -> None:
    group, of = np.array([0, 1, 1, 3, 1]), np.array([0, 1, 2, 2, 0])
    values = np.array([7, 2**62, 2**62])
    told = _Grouped(group, of, 4).distinct(values)
    assert list(zip(told.group.tolist(), told.of.tolist(), strict=True)) == [(0, 7), (1, 7), (1, 2**62), (3, 2**62)]
    assert told.count().tolist() == [1, 2, 0, 1]


def test_a_table_of_nothing() -> None:
    table = Table([])
    assert table.rows == 0
    assert rows_of(table) == []
    assert table.text("page").code_of("") == -1
