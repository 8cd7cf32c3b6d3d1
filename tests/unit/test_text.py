import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.text import cut_utf8
from tests.unit.making import few, texts


@pytest.mark.parametrize(
    ("text", "limit", "mark", "cut"),
    [
        ("abc", 3, "", "abc"),
        ("abcd", 3, "", "abc"),
        ("abcd", 3, "…", "…"),
        ("é", 2, "", "é"),
        ("aé", 2, "", "a"),
        ("😀😀", 7, "", "😀"),
        ("ééé", 5, "…", "é…"),
    ],
)
def test_text_is_cut_between_characters(text: str, limit: int, mark: str, cut: str) -> None:
    assert cut_utf8(text, limit, mark) == cut


@few
@given(texts, st.integers(3, 60), st.sampled_from(["", "…"]))
def test_what_fits_stays_and_what_does_not_is_a_beginning_that_does(text: str, limit: int, mark: str) -> None:
    cut = cut_utf8(text, limit, mark)
    assert len(cut.encode()) <= limit
    assert (cut == text) if len(text.encode()) <= limit else text.startswith(cut.removesuffix(mark))


def test_lone_surrogates_stay_for_others_to_judge() -> None:
    assert cut_utf8("\ud800", 5) == "\ud800"
    assert cut_utf8("\ud800" * 5, 3) == "???"
