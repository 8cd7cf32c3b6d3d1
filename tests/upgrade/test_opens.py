"""What an earlier release wrote opens, and is answered as it was."""

import json
from dataclasses import replace

import pytest

from shared.backlog import backlog, live_projection
from shared.domain.events import UPCASTERS, Unfoldable, decode_event
from shared.domain.milestones import Subject
from shared.domain.sites import Goal
from tests.upgrade.installed import BLOG, OLD, SHOP, Installed, Opens, old_answers

#: 55 beacons and 13 lines of the logs; three of the beacons have left the log, one event is none.
EVENTS = 55 + 13 - 3


def test_answers_are_the_same_byte_for_byte(installed: Installed) -> None:
    """The counts were folded under other rules for bots; nothing that is folded changes by an upgrade."""
    assert installed.answers() == old_answers()


def test_opening_again_changes_nothing(opens: Opens) -> None:
    opens()
    assert Installed(opens()).answers() == old_answers()


def test_old_events_decode(installed: Installed) -> None:
    live = installed.version
    quarantined = {(one.epoch, one.version): one.reason for one in installed.engine.read_models.quarantine(live)}
    assert all("schema_version 99" in reason for reason in quarantined.values())
    bodies = [r.body for r in installed.records() if r.body and (r.epoch, r.version) not in quarantined]
    assert {json.loads(body)["schema_version"] for body in bodies} == {1}
    events = list(map(decode_event, bodies))
    assert len(events) == EVENTS
    assert {event.country for event in events} == {None}
    assert sum(event.written is not None for event in events) == 5
    assert [event.props for event in events if event.props] == [{"plan": "free"}, {"plan": "pro"}]


def test_old_events_need_their_upcaster(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(UPCASTERS, 1)
    body = next(record.body for record in installed.records() if record.body)
    with pytest.raises(Unfoldable, match="schema_version 1 "):
        decode_event(body)


def test_settings_and_registries(installed: Installed) -> None:
    engine = installed.engine
    sites = {site.name: site for site in engine.sites.all()}
    assert {name: site.goals for name, site in sites.items()} == {SHOP: (), BLOG: (), OLD: ()}
    assert {(site.gpc, site.counter, site.aliases) for site in sites.values()} == {("count-without-visitor", False, ())}
    assert (sites[SHOP].timezone, sites[SHOP].public, sites[SHOP].milestones) == ("Europe/Berlin", True, (5, 15, 18))
    assert sites[OLD].retention_months == 1
    assert [(key.id, key.scope, key.sites) for key in engine.keys.all()] == [("key-of-blog", "read", (BLOG,))]
    assert engine.imports.unfinished() == []
    assert engine.drops.all() == {("2026-11-20", SHOP, "origin"): 2}
    (planned,) = engine.milestones.pending()
    assert (planned.subject, planned.threshold) == (Subject(SHOP, None), 15)


def test_a_site_takes_goals(installed: Installed, opens: Opens) -> None:
    goal = Goal("Signup", event="signup")
    installed.engine.sites.save(replace(installed.sites()[SHOP], goals=(goal,)))
    assert {site.name: site.goals for site in opens().sites.all()} == {SHOP: (goal,), BLOG: (), OLD: ()}


def test_the_projection_goes_on(installed: Installed) -> None:
    """What an upgrade finds: the live version with its seals, hours and quarantine, and what is not counted yet."""
    engine = installed.engine
    (live,) = engine.read_models.projections()
    assert (live.version, live.sealed) == (2, {OLD: "2026-09-20"})
    assert engine.read_models.closed(2) == "2026-11-21T09"
    assert len(engine.read_models.quarantine(2)) == 1
    assert [waiting.events for waiting in backlog(engine, live_projection(engine.read_models))] == [2]
