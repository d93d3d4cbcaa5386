"""Data of the kinds that the Qiskit Runtime REST API returns; the same in every run, as each maker has its seed."""

from __future__ import annotations

import random
from typing import Any, TypeAlias

Data: TypeAlias = "dict[str, object]"

_STATUSES = ("Queued", "Running", "Completed", "Completed", "Completed", "Cancelled", "Failed")
_BACKENDS = ("ibm_brisbane", "ibm_fez", "ibm_torino", "ibm_marrakesh")
_GATES = (("rz", ("theta",), 1), ("sx", (), 1), ("x", (), 1), ("id", (), 1), ("cz", (), 2), ("rzz", ("theta",), 2))


def by_name() -> dict[str, list[Data]]:
    """Return the data of each row of the tables."""
    return {
        "session": sessions(),
        "session, 2 unknown properties": unknown_sessions(),
        "jobs": [jobs()],
        "backend": [backend()],
        "unbounded": [backend()],
    }


def refused_by_name() -> dict[str, list[Data]]:
    """Return the same data with faults: one in each session, in one of ten jobs, in one of a backend's pairs."""
    return {
        name: [
            _faulty_jobs(item) if name == "jobs" else _faulty_backend(item) if "gates" in item else _faulty(index, item)
            for index, item in enumerate(items)
        ]
        for name, items in by_name().items()
    }


_FAULTS = (
    *(("state", "OPEN"), ("max_time", "x"), ("created_at", "soon"), ("instance", 5), ("elapsed_time", "long")),
    *(("id", None), ("mode", "turbo")),
)


def _faulty(index: int, session: Data) -> Data:
    """Return a session with one value that is none, or without its name, in one case of ten."""
    if index % 10 == 5:
        return {name: value for name, value in session.items() if name != "id"}
    name, value = _FAULTS[index % len(_FAULTS)]
    return {**session, name: value}


def _faulty_jobs(page: Any) -> Data:
    return {**page, "jobs": [{**job, "cost": "x"} if n % 10 == 5 else job for n, job in enumerate(page["jobs"])]}


def _faulty_backend(made: Any) -> Data:
    *gates, last = made["gates"]
    return {**made, "gates": [*gates, {**last, "coupling_map": [*last["coupling_map"], [1, "x"]]}]}


def sessions(count: int = 100) -> list[Data]:
    """Return sessions; some have not started, some have not ended, one of ten is a bare one."""
    dice = random.Random(4)
    return [_session(dice, bare=index % 10 == 9) for index in range(count)]


def unknown_sessions(count: int = 100) -> list[Data]:
    """Return sessions with two properties each that the schema doesn't name."""
    return [{**session, "usage_time": index, "tags": ["a"]} for index, session in enumerate(sessions(count))]


def jobs(count: int = 1000) -> Data:
    """Return one page of jobs."""
    dice = random.Random(5)
    return {"jobs": [_job(dice) for _ in range(count)], "count": count, "limit": count, "offset": 0}


def backend(pairs: int = 300) -> Data:
    """Return the configuration of a backend with so many coupling pairs, each also listed by its gates."""
    dice = random.Random(6)
    qubits = pairs // 2 + 6
    coupling = [sorted(dice.sample(range(qubits), 2)) for _ in range(pairs)]
    names = [name for name, _, _ in _GATES]
    return {
        "backend_name": "ibm_fez",
        "backend_version": "1.3.37",
        "n_qubits": qubits,
        "basis_gates": names,
        "gates": [_gate(name, list(parameters), arity, qubits, coupling) for name, parameters, arity in _GATES],
        "coupling_map": coupling,
        "supported_instructions": [*names, "measure", "reset", "delay", "if_else"],
        "simulator": False,
        "conditional": False,
        "memory": True,
        "max_shots": 100000,
        "max_experiments": 300,
        "rep_times": [float(time) for time in range(50, 500, 50)],
        "dt": 4e-09,
        "online_date": "2024-02-01T05:00:00Z",
        "processor_type": {"family": "Heron", "revision": "2"},
        "description": None,
    }


def _session(dice: random.Random, *, bare: bool) -> Data:
    made: Data = {"id": _id(dice), "backend_name": dice.choice(_BACKENDS), "state": "open"}
    if bare:
        return made
    closed = dice.random() < 0.6
    made["mode"] = dice.choice(("dedicated", "batch"))
    made["max_time"] = 28800
    made["max_session_ttl"] = 28800
    made["state"] = "closed" if closed else "active"
    made["interactive_timeout"] = 60
    made["active_at"] = _time(dice)
    made["created_at"] = _time(dice)
    if closed:
        made["closed_at"] = _time(dice)
    made["instance"] = f"crn:v1:bluemix:public:quantum-computing:us-east:a/{_id(dice)}:{_id(dice)}::"
    made["accepting_jobs"] = not closed
    made["elapsed_time"] = round(dice.random() * 1000, 3)
    return made


def _job(dice: random.Random) -> Data:
    status = dice.choice(_STATUSES)
    made: Data = {"id": _id(dice), "backend": dice.choice(_BACKENDS), "state": {"status": status}, "status": status}
    if status == "Failed":
        reason = {"reason": "Error 8060: the job ran longer than its maximum", "reason_code": 1305}
        made["state"] = {"status": status, **reason}
    made["program"] = {"id": dice.choice(("sampler", "estimator"))}
    made["user_id"] = f"IBMid-{_id(dice)}"
    made["created"] = _time(dice)
    if status not in ("Queued", "Running"):
        made["ended"] = _time(dice)
    made["runtime"] = "qiskit-runtime-primitives:latest"
    made["tags"] = [f"tag-{dice.randrange(20)}" for _ in range(dice.randrange(5))]
    made["cost"] = dice.choice((600, 10800))
    if dice.random() < 0.5:
        made["session_id"] = _id(dice)
    seconds = dice.randrange(60)
    made["usage"] = {"quantum_seconds": seconds, "seconds": seconds}
    made["estimated_running_time_seconds"] = round(dice.random() * 30, 6)
    if dice.random() < 0.1:
        made["private"] = True
    if dice.random() < 0.3:
        made["calibration_id"] = None
    return made


def _gate(name: str, parameters: list[str], arity: int, qubits: int, coupling: list[list[int]]) -> Data:
    on = coupling if arity == 2 else [[qubit] for qubit in range(qubits)]
    return {"name": name, "parameters": parameters, "qasm_def": f"gate {name} q {{ }}", "coupling_map": on}


def _id(dice: random.Random) -> str:
    return "".join(dice.choices("0123456789abcdefghijklmnopqrstuv", k=20))


def _time(dice: random.Random) -> str:
    """Return a time to the microsecond as Go writes it: without the zeros at the end, here one time in ten."""
    day = f"2024-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
    fraction = f"{dice.randrange(1, 1000000):06}".rstrip("0")
    return f"{day}T{dice.randrange(24):02}:{dice.randrange(60):02}:{dice.randrange(60):02}.{fraction}Z"
