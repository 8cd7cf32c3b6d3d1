import pytest

from shared.domain.goals import MAX_GOALS, checked, new_goal, with_goal
from shared.domain.sites import Goal


@pytest.mark.parametrize(
    ("typed", "goal"),
    [
        ({"event": "Signup"}, Goal("Signup", event="Signup")),
        ({"event": "404"}, Goal("404", event="404")),
        ({"event": " Sign up  now "}, Goal("Sign up  now", event=" Sign up  now ")),
        ({"event": "é" * 120}, Goal("é" * 120, event="é" * 120)),
        ({"event": "Signup", "name": " Sign-ups "}, Goal("Sign-ups", event="Signup")),
        ({"page": "/thanks"}, Goal("Visit /thanks", page="/thanks")),
        ({"page": " /blog/* "}, Goal("Visit /blog/*", page="/blog/*")),
        ({"page": "/"}, Goal("Visit /", page="/")),
        ({"page": "/*/a b", "name": "Any"}, Goal("Any", page="/*/a b")),
        ({"page": "/" + "a" * 1023, "name": "Long"}, Goal("Long", page="/" + "a" * 1023)),
        ({"event": "a", "name": "n" * 120}, Goal("n" * 120, event="a")),
    ],
)
def test_a_goal_is_an_event_or_a_page_and_has_a_name_of_its_own_or_the_one_that_plausible_gives(
    typed: dict[str, str], goal: Goal
) -> None:
    assert new_goal(**typed) == goal
    assert new_goal(goal.event, goal.page, goal.name) == goal


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "give one of them"),
        ({"name": "Sign-ups"}, "give one of them"),
        ({"event": "a", "page": "/a"}, "give one of them"),
        *(({"event": name}, "give its path, such as /thanks") for name in ("pageview", "engagement")),
        *(({"event": name}, "at most 120 characters, such as Signup") for name in (" ", "a" * 121, "a\nb", "\udcff")),
        *(({"page": page}, r"such as /thanks, /blog/\*") for page in ("a", " ", "*", "https://a.org/a")),
        *(({"page": page}, r"such as /thanks, /blog/\*") for page in ("/a\x00", "/\x9b1m", "/\ud800")),
        ({"page": "/" + "é" * 512}, r"put \* in place of a part"),
        ({"page": "/" + "a" * 114}, "one line of at most 120 characters"),
        *(({"event": "a", "name": name}, "one line of at most 120") for name in ("a" * 121, "a\tb", "a\u2028b")),
    ],
)
def test_what_is_no_goal_is_refused_and_told_what_one_is(typed: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        new_goal(**typed)


def test_names_are_there_once_whatever_they_stand_for() -> None:
    goals = with_goal((), new_goal("Signup"))
    with pytest.raises(ValueError, match="with the name 'Signup' already; give it another name"):
        with_goal(goals, new_goal(page="/signup", name="Signup"))
    assert with_goal(goals, new_goal("Signup", name="signup")) == (Goal("Signup", "Signup"), Goal("signup", "Signup"))


def test_a_site_has_a_hundred_at_most() -> None:
    goals = checked(Goal(str(n), event=str(n)) for n in range(MAX_GOALS))
    assert len(goals) == 100
    with pytest.raises(ValueError, match="at most 100 goals; remove one first"):
        with_goal(goals, new_goal("Signup"))


def test_goals_that_come_from_elsewhere_are_checked_as_if_they_were_typed() -> None:
    good = (Goal("Visit /", page="/"), Goal("b", event="a"))
    assert checked(good) == good
    assert checked([Goal("", event="a"), Goal(" b", event="b")]) == (Goal("a", event="a"), Goal("b", event="b"))
    for wrong in ([Goal("a")], [Goal("a", event="pageview")], [Goal("a", page="a")], [good[0], good[0]]):
        with pytest.raises(ValueError, match="give"):
            checked(wrong)
