"""Throws instances at the generated models of the project: `python -m tests.fuzz --seconds 60 --seed 1`.

What comes in is made of the words of each schema, and broken in small ways. Anything but an object or a `DecodeError`,
a verdict that two functions disagree on, a value that does not come back, and a case that takes long is a
failure; it is printed with the module and the input.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.packages import packages, search_locations

ROOT = Path(__file__).parent.parent.parent
SLOW_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """One module of generated models, and the words that its text holds."""

    name: str
    module: ModuleType
    error: type[Any]
    equal: Callable[[Any, Any], bool]
    words: tuple[str, ...]


def targets() -> Iterator[Target]:
    """Yield every module of the committed packages, each imported under a name of its own."""
    for number, folder in enumerate(packages()):
        package = f"fuzzed_{number}"
        spec = importlib.util.spec_from_file_location(
            package, folder / "__init__.py", submodule_search_locations=search_locations(folder)
        )
        if spec is None or spec.loader is None:
            raise ImportError(f"no package at {folder}")
        sys.modules[package] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[package])
        error = importlib.import_module(f"{package}._errors").DecodeError
        equal = importlib.import_module(f"{package}._equality").equal
        for file in sorted(folder.glob("[a-z]*.py")):
            words = re.findall(r'"((?:[^"\\\n]|\\.)*)"', file.read_text(encoding="utf-8"))
            module = importlib.import_module(f"{package}.{file.stem}")
            yield Target(f"{folder.relative_to(ROOT)}/{file.name}", module, error, equal, tuple(dict.fromkeys(words)))


STRINGS = (
    *("", "a", "\x00", "\ud800", "\udfff\ud800", "\u2028", "\U0001f600", "é" * 300, "0", "null", "true", "1.0", "-"),
    *("2026-01-31T12:00:00Z", "2026-02-30T25:61:61+99:99", "1998-12-31T23:59:60.123456789Z", "2026-01-31", "24:00:00Z"),
    *("550e8400-e29b-41d4-a716-446655440000", "127.0.0.1", "::ffff:1.2.3.4", "a@b.example", "http://a/{b}?c#d", "P1D"),
    *("/a~1b~0c", "xn--a", "(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "\\", '"', "/", "~"),
)
NUMBERS: tuple[Any, ...] = (
    *(0, 1, -1, 2, 1.0, -0.0, 0.1, 1e308, 5e-324, -1e308, 2**53, 2**53 + 1, 10**30, -(10**400), 1e16, 3.0),
    *(True, False, None, 0.30000000000000004, 99.99),
)


class Source:
    """Makes values and bytes for one target."""

    def __init__(self, target: Target, rng: random.Random) -> None:
        self.words = (*target.words, *STRINGS) if target.words else STRINGS
        self.rng = rng
        self.kept: list[Any] = []

    def value(self, depth: int = 0) -> Any:
        """Return a JSON value; one that was valid before, with a part exchanged, now and then."""
        rng = self.rng
        if depth == 0 and self.kept and rng.random() < 0.6:
            return self.changed(json.loads(json.dumps(rng.choice(self.kept))))
        kind = rng.random()
        if depth < 4 and kind < (0.8 if depth == 0 else 0.2):
            return {rng.choice(self.words): self.value(depth + 1) for _ in range(rng.randrange(8))}
        if depth < 4 and kind < (0.9 if depth == 0 else 0.35):
            return [self.value(depth + 1) for _ in range(rng.randrange(5))]
        return rng.choice(self.words) if kind < 0.7 else rng.choice(NUMBERS)

    def changed(self, value: Any) -> Any:
        """Return the value with something in it exchanged, added or taken out."""
        rng = self.rng
        if isinstance(value, dict) and value and rng.random() < 0.9:
            key = rng.choice(list(value))
            choice = rng.random()
            if choice < 0.15:
                del value[key]
            elif choice < 0.3:
                value[rng.choice(self.words)] = self.value(2)
            else:
                value[key] = self.changed(value[key])
            return value
        if isinstance(value, list) and value and rng.random() < 0.9:
            at = rng.randrange(len(value))
            value[at : at + rng.randrange(2)] = [self.changed(value[at])]
            return value
        return self.value(2)

    def text(self) -> bytes:
        """Return bytes: a JSON text, broken in a few places."""
        rng = self.rng
        data = bytearray(json.dumps(self.value(), ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass"))
        for _ in range(rng.choice((0, 0, 1, 1, 2, 5))):
            at = rng.randrange(len(data) + 1)
            choice = rng.randrange(5)
            if choice == 0:
                data[at:at] = bytes([rng.randrange(256)])
            elif choice == 1:
                del data[at : at + rng.randrange(1, 4)]
            elif choice == 2 and at < len(data):
                data[at] ^= 1 << rng.randrange(8)
            elif choice == 3:
                data[at:at] = rng.choice(PIECES)
            else:
                data[at:at] = data[at : at + rng.randrange(1, 20)]
        return bytes(data)


PIECES = (
    *(b"NaN", b"-Infinity", b"1e999", b"9" * 5000, b"[" * 2000, b'{"a":' * 2000, b"\xff", b"\xed\xa0\x80", b"\\ud800"),
    *(b"\x00", b"\xef\xbb\xbf", b"1E+2", b"-0", b"0.0000", b"\\u0000", b'"a":1,"a":2,', b"//", b",", b"}", b"]"),
)


class Failure(Exception):
    """What must not be: the words say what."""


def look_at_value(target: Target, source: Source) -> None:
    """Decode one value; raise Failure for what is not an answer."""
    value = source.value()
    module = target.module
    valid, problems = module.is_valid(value), module.problems(value)
    if valid != (not problems):
        raise Failure(f"is_valid says {valid}, and problems are {problems}")
    try:
        decoded = module.decode(value)
    except target.error as error:
        if valid or not error.problems:
            raise Failure(f"decode refused what is valid, or has no problem: {error}") from error
        return
    if not valid:
        raise Failure("decode accepted what is not valid")
    if not target.equal(module.encode(decoded), value):
        raise Failure(f"another value came back: {module.encode(decoded)!r}")
    if not target.equal(json.loads(module.dumps(decoded)), value):
        raise Failure(f"another text came back: {module.dumps(decoded)!r}")
    if len(source.kept) < 200:
        source.kept.append(value)


def look_at_text(target: Target, source: Source) -> None:
    """Decode one text; anything but an object and a DecodeError goes up."""
    text = source.text()
    try:
        target.module.loads(text)
    except target.error:
        return


def case(target: Target, seed: int, kept: list[Any]) -> str:
    """Return what is wrong with one case, "" if it is sound."""
    rng = random.Random(seed)
    source = Source(target, rng)
    source.kept = kept
    state = rng.getstate()
    look = look_at_value if seed % 2 else look_at_text
    start = time.process_time()
    try:
        look(target, source)
    except Exception as error:
        rng.setstate(state)
        shown = source.value() if seed % 2 else source.text()
        what = str(error) if isinstance(error, Failure) else traceback.format_exc()
        return f"{target.name}, case {seed}: {shown!r:.2000}\n{what}"
    seconds = time.process_time() - start
    return f"{target.name}, case {seed}: took {seconds:.1f} s" if seconds > SLOW_SECONDS else ""


def main() -> int:
    """Return 0 if every case was sound, 1 if not."""
    parser = argparse.ArgumentParser("fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to go on (default: 60)")
    parser.add_argument("--seed", type=int, default=1, help="the number of the first case (default: 1)")
    parser.add_argument("--cases", type=int, default=sys.maxsize, help="end after so many cases, whatever the time")
    options = parser.parse_args()
    every = list(targets())
    kept: dict[str, list[Any]] = {target.name: [] for target in every}
    seed, start, failures = options.seed, time.monotonic(), []
    last = options.seed + options.cases
    while seed < last and time.monotonic() - start < options.seconds and len(failures) < 10:
        for target in every:
            for _ in range(100):
                found = case(target, seed, kept[target.name])
                failures += [found] if found else []
                seed += 1
    count, seconds = seed - options.seed, time.monotonic() - start
    valid = sum(map(len, kept.values()))
    print("\n\n".join(failures))
    print(
        f"{count} cases of {len(every)} modules in {seconds:.0f} s, {count / seconds:.0f} a second, {valid} valid kept"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
