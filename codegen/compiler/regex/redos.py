"""Which patterns can make a backtracking matcher, such as `re`, take time far beyond the length of the text.

A pattern becomes an automaton without empty steps, one state for each character of the pattern (Glushkov). The time
is exponential if a state can come back to itself in two ways over one text; it is a polynomial whose degree is the
number of loops in a row that one text can be shared out between (Weber and Seidl, On the degree of ambiguity of
finite automata, 1991). A loop that ends the pattern does no harm: where it is reached the pattern has matched.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import field

from ...records import dataclass
from ...runtime._ecma import (
    Alternation,
    AnyCharacter,
    Assertion,
    CharacterClass,
    ClassEscape,
    Group,
    Literal,
    Look,
    Node,
    Property,
    Repeat,
    Sequence,
)
from . import charsets, rewriting
from .charsets import Ranges
from .trees import characters, children, folded

MANY = 10  # a quantifier that allows more repetitions than this counts as a loop
MAX_STATES = 160  # a larger automaton is built again with fewer copies of what is counted
FEW = 1000  # one that allows no more is a constant factor: the time is not a square because of it
MANY_WITHIN = 60  # so do quantifiers within each other that together allow more than this
LARGEST = 5_000  # a pattern of more characters is not examined if it repeats anything
MAX_WAYS = 200_000  # ways from one character to the next; of more the same is true
MAX_STEPS = 200_000  # the search for loops that share text gives up after this many
TOLERATED_DEGREE = 1


class _TooLarge(Exception):
    """The automaton has too many states, or ways between them."""


@dataclass(frozen=True, slots=True)
class _State:
    """One character of the pattern: what it matches, and the loops around it, outermost first, by their place."""

    characters: Ranges
    loops: tuple[tuple[int, int], ...]


@dataclasses.dataclass(slots=True)
class _Part:
    """What a part of the pattern adds to the automaton.

    `empty` is whether it can match nothing, `free` whether it can do so without an assertion. `ending` holds the
    states after which the part may be over, `settled` those after which it is over whatever comes next. `asserted`
    are the assertions and lookbehinds that hold where the part matches nothing, and `forbidden` the characters that
    these don't allow before a starting state.
    """

    empty: bool = True
    free: bool = True
    starting: set[int] = field(default_factory=set)
    ending: set[int] = field(default_factory=set)
    settled: set[int] = field(default_factory=set)
    asserted: tuple[Node, ...] = ()
    forbidden: dict[int, Ranges] = field(default_factory=dict)


class _Automaton:
    def __init__(self, copies: int, limit: int, counted: bool) -> None:
        self.copies = copies
        self.limit = limit
        self.counted = counted  # whether what is repeated a fixed number of times counts as a loop
        self.states: list[_State] = []
        self.ways: Counter[tuple[int, int]] = Counter()  # how many ways lead from one state to the next
        self.loops: list[tuple[int, int]] = []
        self.bounded: set[tuple[int, int]] = set()  # the loops that end before long
        self.led = 0

    def part(self, node: Node) -> _Part:
        match node:
            case Literal():
                texts = [((ord(one), ord(one)),) for one in node.text]
                return self.sequence([self.character(folded(text, node.flags)) for text in texts])
            case AnyCharacter() | ClassEscape() | Property() | CharacterClass():
                return self.character(characters(node))
            case Group():
                return self.part(node.body)
            case Sequence():
                parts = [self.part(item) for item in node.items]
                if rewriting.ends_in_looked(node.items):
                    parts[-1] = _Part()  # the `$` holds whenever the loop before it is reached
                return self.sequence(parts)
            case Alternation():
                return _alternatives([self.part(option) for option in node.options])
            case Repeat():
                return self.repeat(node)
        return _Part(free=False, asserted=(node,))  # an assertion, a lookaround or a backreference

    def character(self, characters: Ranges) -> _Part:
        if len(self.states) >= self.limit:
            raise _TooLarge
        self.states.append(_State(characters, tuple(self.loops)))
        state = {len(self.states) - 1}
        return _Part(empty=not characters, free=False, starting=state, ending=state, settled=state)

    def sequence(self, parts: list[_Part]) -> _Part:
        whole = _Part()
        for part in parts:
            self.lead(whole.ending, part.starting)
            forbidden = dict(whole.forbidden)
            for state in part.starting if whole.empty else ():
                already = part.forbidden.get(state, ())
                forbidden[state] = self.forbidden(whole.asserted, self.states[state].characters, already)
            whole = _Part(
                empty=whole.empty and part.empty,
                free=whole.free and part.free,
                starting=whole.starting | part.starting if whole.empty else whole.starting,
                ending=whole.ending | part.ending if part.empty else part.ending,
                settled=whole.settled | part.settled if part.free else part.settled,
                asserted=whole.asserted + part.asserted,
                forbidden=forbidden,
            )
        return whole

    def lead(self, ending: set[int], starting: set[int]) -> None:
        """Add the ways from each state to each; one more of a way that is there is another way."""
        self.led += len(ending) * len(starting)
        if self.led > MAX_WAYS:
            raise _TooLarge
        self.ways.update((one, other) for one in ending for other in starting)

    @staticmethod
    def forbidden(asserted: tuple[Node, ...], characters: Ranges, already: Ranges) -> Ranges:
        return charsets.merged([*already, *(one for node in asserted for one in _forbidden(node, characters))])

    def repeat(self, node: Repeat) -> _Part:
        if node.high is None or _is_loop(node):
            return self.loop(node)
        if self.counted and not self.loops and _is_counted(node):
            return self.loop(node)  # within a loop it is written out: `(a{20}b?)*` goes one way only
        low, high = node.low, node.high
        if high > self.copies:
            low, high = min(low, self.copies), min(high, self.copies + (low != high))
        parts = [self.part(node.body) for _ in range(low)]
        optional = [_alternatives([self.part(node.body), _Part()]) for _ in range(high - low)]
        return self.sequence(parts + optional)

    def loop(self, node: Repeat) -> _Part:
        self.loops.append((node.start, node.end))
        if node.high is not None and node.high <= FEW:
            self.bounded.add((node.start, node.end))
        before = [self.part(node.body) for _ in range(min(node.low, self.copies) - 1)]
        body = self.part(node.body)
        self.lead(body.ending, body.starting)
        self.loops.pop()
        if node.low == 0:
            body = _alternatives([body, _Part()])
        return self.sequence([*before, body])


def _is_loop(node: Node) -> bool:
    return isinstance(node, Repeat) and (node.high is None or (node.high > MANY and node.high != node.low))


def _is_counted(node: Node) -> bool:
    """Return whether a repetition is not a loop, but may be as bad, since it has many turns, or turns within turns."""
    if not isinstance(node, Repeat) or node.high is None or _is_loop(node):
        return False
    return node.high > MANY or (node.high > 1 and _turns(node) > MANY_WITHIN > node.high)


def _turns(node: Node) -> int:
    """Return how many turns there are at most, those within a turn multiplied; of what has no end none are counted."""
    within = max(map(_turns, children(node)), default=1)
    return within * max(node.high, 1) if isinstance(node, Repeat) and node.high is not None else within


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _all(child)


def _alternatives(parts: list[_Part]) -> _Part:
    empty = sum(part.empty for part in parts)
    return _Part(
        empty=any(part.empty for part in parts),
        free=any(part.free for part in parts),
        starting=set().union(*(part.starting for part in parts)),
        ending=set().union(*(part.ending for part in parts)),
        settled=set().union(*(part.settled for part in parts)),
        asserted=next((part.asserted for part in parts if part.empty), ()) if empty == 1 else (),
        forbidden={state: ranges for part in parts for state, ranges in part.forbidden.items()},
    )


def _forbidden(asserted: Node, following: Ranges) -> Ranges:
    """Return the characters that an assertion does not allow before characters of a set; at worst none."""
    match asserted:
        case Look() if asserted.behind and rewriting.is_character(asserted.body):
            ranges = characters(asserted.body)
            return ranges if asserted.negated else charsets.complement(ranges)
        case Assertion() if asserted.kind == "^":
            return charsets.complement(charsets.LINE_TERMINATORS) if "m" in asserted.flags else charsets.ALL
        case Assertion() if asserted.kind in "bB":
            word = folded(charsets.WORD, asserted.flags)
            within = charsets.intersection(following, word)
            if within and within != following:
                return ()
            return word if bool(within) == (asserted.kind == "b") else charsets.complement(word)
    return ()


def warning(pattern: str, tree: Node) -> str | None:
    """Return a sentence that names the part of the pattern which backtracks badly; None if there is none."""
    for node, ends in ((tree, True), *((body, False) for body in _lookaheads(tree, ()))):
        try:
            sentence = _warning(pattern, node, ends, (tree.start, tree.end))
        except _TooLarge:
            sentence = _UNKNOWN if any(_is_loop(each) or _is_counted(each) for each in _all(node)) else None
        if sentence is not None:
            return sentence
    return None


def _warning(pattern: str, node: Node, ends: bool, whole: tuple[int, int]) -> str | None:
    plain = _Search(_automaton(node, counted=False), ends, whole)
    counted = _Search(_automaton(node, counted=True), ends, whole) if any(map(_is_counted, _all(node))) else plain
    return counted.exponential_warning(pattern) or plain.polynomial_warning(pattern)


def _lookaheads(node: Node, before: tuple[Node, ...]) -> Iterator[Node]:
    """Return the body of every lookahead, each with what a match takes before it."""
    match node:
        case Look():
            if not node.behind:
                yield Sequence(node.start, node.end, (*before, node.body))
                yield from _lookaheads(node.body, before)
        case Group():
            yield from _lookaheads(node.body, before)
        case Repeat():
            yield from _lookaheads(node.body, before if node.high == 1 else (*before, node))
        case Sequence():
            for index, item in enumerate(node.items):
                yield from _lookaheads(item, (*before, *node.items[:index]))
        case Alternation():
            for option in node.options:
                yield from _lookaheads(option, before)


def _automaton(node: Node, counted: bool) -> tuple[_Automaton, _Part]:
    for copies, limit in ((MANY, MAX_STATES), (2, MAX_STATES), (1, LARGEST)):
        automaton = _Automaton(copies, limit, counted)
        try:
            return automaton, automaton.part(node)
        except _TooLarge:
            if copies == 1:
                raise
    raise AssertionError("the last automaton is built or too large")


def _shown(pattern: str, span: tuple[int, int]) -> str:
    part = pattern[span[0] : span[1]]
    return part if len(part) <= 200 else f"{part[:200]}..."


_UNKNOWN = "it is too large, and repeats too much, to say how long a text that does not match may take"


class _Search:
    """The search for loops that share text; a state after which the pattern has matched is left out."""

    def __init__(self, built: tuple[_Automaton, _Part], ends: bool, whole: tuple[int, int]) -> None:
        automaton, part = built
        self.whole = whole
        self.bounded = automaton.bounded
        self.ways = Counter(automaton.ways)
        self.states = list(automaton.states)
        self.restart = len(self.states)
        kept = set(range(len(self.states)))
        if ends:
            kept = set() if part.free else kept - part.settled
        self._restart(part)
        kept.update(range(self.restart, len(self.states)))
        self.letters = _letters([state.characters for state in self.states])
        self.next: dict[int, list[int]] = {state: [] for state in kept}
        for one, other in self.ways:
            if one in kept and other in kept:
                self.next[one].append(other)
        self.steps = 0
        self.loops = [loop for loop in _components(self.next) if len(loop) > 1 or loop[0] in self.next[loop[0]]]

    def _restart(self, part: _Part) -> None:
        """Add what stands before a match: `re.search` tries again at every place, after any character.

        Where an assertion allows only some characters before the pattern, a state for these stands between.
        """
        self.states.append(_State(charsets.ALL, ()))
        self.ways[self.restart, self.restart] = 1
        between: dict[Ranges, int] = {}
        for state in sorted(part.starting):
            forbidden = part.forbidden.get(state, ())
            if not forbidden:
                self.ways[self.restart, state] += 1
                continue
            if forbidden not in between:
                between[forbidden] = len(self.states)
                self.ways[self.restart, len(self.states)] += 1
                self.states.append(_State(charsets.complement(forbidden), ()))
            self.ways[between[forbidden], state] += 1

    def exponential_warning(self, pattern: str) -> str | None:
        """Return a sentence about a loop that one text can go through in two ways, None if there is none."""
        span = self.exponential()
        if span is None:
            return None
        return (
            f"the part `{_shown(pattern, span)}` can match one text in exponentially many ways: a text of a "
            "few dozen characters that does not match in the end may take hours"
        )

    def polynomial_warning(self, pattern: str) -> str | None:
        """Return a sentence about loops that can share out a text among them, None if there are none."""
        degree, span, restarted = self.polynomial()
        if degree <= TOLERATED_DEGREE:
            return _UNKNOWN if self.steps >= MAX_STEPS else None
        growth = "square of its length" if degree == 2 else f"power of {degree} of its length"
        part = _shown(pattern, span)
        if restarted and degree == 2:
            return (
                f"a search begins at every place of a text, and the part `{part}` goes over the rest of it each time: "
                f"the time for a text that does not match may grow with the {growth}"
            )
        return (
            f"in the part `{part}` several repetitions can share out one text among them: the time for a text that "
            f"does not match may grow with the {growth}"
        )

    def exponential(self) -> tuple[int, int] | None:
        """Return the place of a loop that one text can go through in two ways, None if there is none."""
        for loop in self.loops:
            inside = set(loop)
            twice = any(self.ways[one, other] > 1 for one in loop for other in self.next[one] if other in inside)
            if twice or self._parts_and_meets(inside):
                return self._place(loop)
        return None

    def _parts_and_meets(self, loop: set[int]) -> bool:
        """Return whether two different ways through the loop start in one state and end in one state."""
        queue = deque((state, state) for state in loop)
        visited: set[tuple[int, int]] = set()
        while queue and self.steps < MAX_STEPS:
            one, other = queue.popleft()
            for pair in self._pairs(one, other, loop):
                if pair[0] == pair[1]:
                    if one != other:
                        return True
                elif pair not in visited:
                    visited.add(pair)
                    queue.append(pair)
        return False

    def _pairs(self, one: int, other: int, loop: set[int]) -> Iterator[tuple[int, int]]:
        for after_one in self.next[one]:
            for after_other in self.next[other]:
                self.steps += 1
                if after_one in loop and after_other in loop and self.letters[after_one] & self.letters[after_other]:
                    yield after_one, after_other

    def polynomial(self) -> tuple[int, tuple[int, int], bool]:
        """Return the degree of the polynomial that bounds the time, and the place of the loops behind it.

        The last value is whether the search's own loop is one of them.
        """
        best: dict[int, tuple[int, int, list[int]]] = {}  # the degree, how many of the loops are endless, the loops
        # _components gives a component after all that it leads to
        for index, loop in enumerate(self.loops):
            endless = int(not self._is_bounded(loop))
            best[index] = (1, endless, [index])
            if self.steps >= MAX_STEPS:
                break
            reached = self._reachable(loop[0])
            self.steps += len(reached) + index
            for later in range(index):
                longer = (best[later][0] + 1, best[later][1] + endless)
                if self.loops[later][0] not in reached or longer <= best[index][:2]:
                    continue
                if self._share(loop, self.loops[later]):
                    best[index] = (*longer, [index, *best[later][2]])
                elif best[later][0] > best[index][0]:
                    best[index] = best[later]
        if not best:
            return 0, self.whole, False
        degree, endless_loops, chain = max(best.values(), key=lambda row: row[:2])
        if degree == 2 and endless_loops < 2:
            degree = 1
        places = [self._place(self.loops[index]) for index in chain if self._has_place(self.loops[index])]
        restarted = any(self.loops[index] == [self.restart] for index in chain)
        if not places:
            return degree, self.whole, restarted
        return degree, (min(start for start, _ in places), max(end for _, end in places)), restarted

    def _is_bounded(self, loop: list[int]) -> bool:
        common = set.intersection(*(set(self.states[state].loops) for state in loop))
        return bool(common) and common <= self.bounded

    def _share(self, loop: list[int], later: list[int]) -> bool:
        return any(self._crosses(one, other, set(loop), set(later)) for one in loop[:8] for other in later[:8])

    def _crosses(self, one: int, other: int, loop: set[int], later: set[int]) -> bool:
        """Return whether some text leads from `one` to itself, from `one` to `other` and from `other` to itself."""
        start, goal = (one, one, other), (one, other, other)
        queue = deque([start])
        visited = {start}
        while queue and self.steps < MAX_STEPS:
            for triple in self._triples(queue.popleft(), loop, later):
                if triple == goal:
                    return True
                if triple not in visited:
                    visited.add(triple)
                    queue.append(triple)
        return False

    def _triples(self, triple: tuple[int, int, int], loop: set[int], later: set[int]) -> Iterator[tuple[int, int, int]]:
        stays = [(state, self.letters[state]) for state in self.next[triple[0]] if state in loop]
        ends = [(state, self.letters[state]) for state in self.next[triple[2]] if state in later]
        for first, first_letters in stays:
            for last, last_letters in ends:
                shared = first_letters & last_letters
                for middle in self.next[triple[1]] if shared else ():
                    self.steps += 1
                    if self.letters[middle] & shared:
                        yield first, middle, last

    def _reachable(self, state: int) -> set[int]:
        visited = {state}
        stack = [state]
        while stack:
            for other in self.next[stack.pop()]:
                if other not in visited:
                    visited.add(other)
                    stack.append(other)
        return visited

    def _has_place(self, loop: list[int]) -> bool:
        return bool(self.states[loop[0]].loops)

    def _place(self, loop: list[int]) -> tuple[int, int]:
        """Return the place of the outermost repetition around all states of a loop, which is what makes it one."""
        common = set.intersection(*(set(self.states[state].loops) for state in loop))
        return min(common, default=self.whole, key=lambda span: (span[0], -span[1]))


def _letters(sets: list[Ranges]) -> list[int]:
    """Return each set as bits, one for every stretch of code points that no set divides."""
    different = set(sets)
    bounds = sorted({bound for ranges in different for first, last in ranges for bound in (first, last + 1)})
    index = {bound: position for position, bound in enumerate(bounds)}
    bits = {ranges: sum((1 << index[last + 1]) - (1 << index[first]) for first, last in ranges) for ranges in different}
    return [bits[ranges] for ranges in sets]


def _components(following: dict[int, list[int]]) -> list[list[int]]:
    """Return the strongly connected components, each after all that it leads to (Tarjan, without recursion)."""
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_states: list[int] = []
    closed: set[int] = set()
    components: list[list[int]] = []
    for root in following:
        stack = [(root, iter(following[root]))] if root not in order else []
        while stack:
            state, rest = stack[-1]
            if state not in order:
                order[state] = lowest[state] = len(order)
                open_states.append(state)
            other = next((one for one in rest if one not in closed), None)
            if other is not None:
                if other in order:
                    lowest[state] = min(lowest[state], order[other])
                else:
                    stack.append((other, iter(following[other])))
                continue
            stack.pop()
            if stack:
                lowest[stack[-1][0]] = min(lowest[stack[-1][0]], lowest[state])
            if lowest[state] == order[state]:
                component = [open_states.pop()]
                while component[-1] != state:
                    component.append(open_states.pop())
                components.append(component[::-1])
                closed.update(component)
    return components
