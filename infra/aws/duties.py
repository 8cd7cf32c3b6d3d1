"""What each function does, with what means, and what it may do with which table. Nothing else is granted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_READ_VIEWS = ("GetItem", "BatchGetItem", "Query")
#: A transaction is granted by what it is made of.
_FOLD = (*_READ_VIEWS, "PutItem", "UpdateItem")
_REACH = ("GetItem", "Query", "PutItem", "ConditionCheckItem")
_ANNOUNCE = ("Query", "PutItem", "UpdateItem", "BatchWriteItem")


@dataclass(frozen=True, slots=True)
class Duty:
    """A function.

    Attributes:
        service: The service whose package it runs.
        handler: Its handler in that service's `lambda_function` module.
        description: What it does.
        memory: In MiB; the share of a processor follows from it.
        timeout: In seconds.
        tables: By the role of a table that it is told of, what it may do with it (DynamoDB's names).
        indexes: The roles of the tables whose index it may query.
        announces: Whether it may publish to the topic of milestones.
    """

    service: str
    handler: str
    description: str
    memory: int
    timeout: int
    tables: Mapping[str, tuple[str, ...]]
    indexes: frozenset[str] = field(default_factory=frozenset)
    announces: bool = False


#: By the name of the function in the stack.
DUTIES: Mapping[str, Duty] = {
    "Ingest": Duty(
        "ingest",
        "lambda_handler",
        "Appends the event of a beacon to the log",
        512,
        10,
        {"log": ("PutItem",), "registry": ("Query", "UpdateItem"), "salts": ("GetItem", "PutItem")},
    ),
    "Query": Duty(
        "query",
        "lambda_handler",
        "Answers from the read models",
        1024,
        25,
        {"log": ("Query",), "views": _READ_VIEWS, "milestones": (), "registry": ("Query",)},
        frozenset({"log", "milestones"}),
    ),
    "Project": Duty(
        "projector",
        "project",
        "Folds events into the read models",
        512,
        60,
        {"log": ("Query",), "views": _FOLD, "milestones": _REACH, "registry": ("Query",)},
    ),
    # It ends before the next one starts.
    "Sweep": Duty(
        "projector",
        "sweep",
        "Applies what the stream never delivered, destroys salts, takes out events past their retention",
        1024,
        290,
        {
            "log": ("Query", "UpdateItem"),
            "views": (*_FOLD, "DeleteItem", "BatchWriteItem"),
            "milestones": tuple(dict.fromkeys((*_REACH, *_ANNOUNCE))),
            "registry": ("Query",),
            "salts": ("Scan", "UpdateItem"),
        },
        frozenset({"log"}),
        announces=True,
    ),
    "Notify": Duty(
        "projector",
        "notify",
        "Mails reached milestones",
        512,
        60,
        {"milestones": _ANNOUNCE, "registry": ("Query",)},
        announces=True,
    ),
    "Audit": Duty(
        "projector",
        "audit",
        "Recounts the last closed day from the log and reports differences",
        1024,
        900,
        {"log": ("Query",), "views": _READ_VIEWS, "registry": ("Query",)},
        frozenset({"log"}),
    ),
}
