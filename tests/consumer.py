"""What somebody who has installed the models writes: it runs, and is clean for strict type-checkers."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import pickle
from collections.abc import Mapping

from models import ABSENT, DecodeError, Problem, session
from models.session import Session, SessionMode, SessionState

DATA: Mapping[str, object] = {
    "id": "a",
    "backend_name": "ibm_torino",
    "mode": "batch",
    "state": "open",
    "created_at": "2026-01-02T03:04:05.000000006Z",
    "not_known": [1, None],
}


def waiting(read: Session) -> str:
    """Return a line for a person; a type-checker sees that no state and no null is forgotten."""
    since: datetime.datetime | None = read.created_at
    mode: SessionMode | None = read.mode
    match read.state:
        case SessionState.OPEN | SessionState.ACTIVE:
            words = f"on {read.backend_name}"
        case SessionState.INACTIVE | SessionState.CLOSED:
            words = "over"
    return f"{read.id} {words} {mode.value if mode else '-'} {since.isoformat() if since else '-'}"


def faults(text: str | bytes) -> tuple[Problem, ...]:
    """Return what is wrong with a JSON text."""
    try:
        session.loads(text)
    except DecodeError as error:
        return error.problems
    return ()


def main() -> None:
    """Use all that the package offers."""
    read = Session.from_dict(DATA)
    assert waiting(read) == "a on ibm_torino batch 2026-01-02T03:04:05+00:00"
    assert read.to_dict() == DATA == session.encode(session.decode(DATA))
    assert Session.from_json(read.to_json()) == read == session.loads(session.dumps(read))
    assert copy.deepcopy(read) == read == pickle.loads(pickle.dumps(read))
    unknown: dict[str, object] = read.additional_properties
    assert unknown == {"not_known": [1, None]}
    closed = dataclasses.replace(read, state=SessionState.CLOSED)
    assert closed.state is SessionState.CLOSED and ABSENT is not None
    assert session.is_valid(DATA) and not session.problems(DATA) and not closed.problems()
    (fault,) = faults(b'{"id": 1, "backend_name": "b", "state": "open"}')
    assert (fault.instance_location, fault.keyword) == ("/id", "type")


if __name__ == "__main__":
    main()
