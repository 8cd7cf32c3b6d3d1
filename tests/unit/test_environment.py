import pytest

from shared.engines.dynamodb.tables import Tables
from shared.environment import (
    STACK,
    MissingSetting,
    optional_setting,
    setting,
    table_names,
    table_variable,
    variable,
)


def test_variables_have_the_prefix_of_all_settings() -> None:
    assert variable(STACK) == "MILEPOST_STACK"
    assert table_variable("log") == "MILEPOST_TABLE_LOG"


def test_a_value_is_read_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILEPOST_STACK", "one")
    assert setting(STACK) == "one"
    monkeypatch.setenv("MILEPOST_STACK", "two")
    assert setting(STACK) == "two"


@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("MILEPOST_STACK", raising=False)
    if value is not None:
        monkeypatch.setenv("MILEPOST_STACK", value)
    assert optional_setting(STACK) == ""
    with pytest.raises(MissingSetting, match="MILEPOST_STACK is not set"):
        setting(STACK)


def test_a_function_is_told_the_tables_that_it_uses_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in Tables._fields:
        monkeypatch.delenv(f"MILEPOST_TABLE_{role.upper()}", raising=False)
    monkeypatch.setenv("MILEPOST_TABLE_LOG", "l")
    monkeypatch.setenv("MILEPOST_TABLE_SALTS", "s")
    assert table_names("log", "salts") == Tables("l", "", "", "", "s")
    with pytest.raises(MissingSetting, match="MILEPOST_TABLE_VIEWS"):
        table_names("log", "views")
