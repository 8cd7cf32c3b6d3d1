"""The sites and keys of the stack that all tests share; each test has sites of its own."""

from shared.domain.sites import Goal, Site

ELASTIC = Site("elastic.example", "e1a5", public=True, cap=None)
MADE_UP = Site("made-up.example", "0001", "Pacific/Auckland", milestones=(7,), counter=True)
REACHED = Site("reached.example", "0002", public=True, milestones=(2, 5))
REDEPLOYED = Site("redeployed.example", "0003", public=True)
SWEPT = Site("swept.example", "0004", public=True)
TWICE = Site("twice.example", "0005", public=True, milestones=(3,))
#: What the search for leaks sends to.
LOCALHOST = Site("localhost", "0006", public=True)
STRICT = Site("strict.example", "0007", origins=("https://strict.example",))
_GOALS = (Goal("Buy", event="Purchase"), Goal("Articles", page="/blog/*"))
ASKED = Site("asked.example", "0008", "America/Sao_Paulo", goals=_GOALS)

#: Registered by a command; all the others by the engine.
COMMANDED = "commanded.example"

SITES = (ELASTIC, MADE_UP, REACHED, REDEPLOYED, SWEPT, TWICE, LOCALHOST, STRICT, ASKED)

READ_KEY = "mp_read_q2Xk0v7NfZt"
WRITE_KEY = "mp_write_b8Ld3m1HsWp"

#: By each key, its scope.
KEYS = {READ_KEY: "read", WRITE_KEY: "write"}
