import pytest

# Before they are imported: their assertions say what they saw.
pytest.register_assert_rewrite("tests.browser.visiting")
pytest.register_assert_rewrite(*(f"tests.clients.{name}" for name in ("asking", "seen", "suite")))
