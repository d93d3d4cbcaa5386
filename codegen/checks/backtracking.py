"""Which patterns can make a backtracking matcher, such as `re`, take time far beyond the length of the text.

A pattern becomes an automaton without empty steps, one state for each character of the pattern (Glushkov). The time
is exponential if a state can come back to itself in two ways over one text; it is a polynomial whose degree is the
number of loops in a row that one text can be shared out between (Weber and Seidl, On the degree of ambiguity of
finite automata, 1991). A loop that ends the pattern does no harm: where it is reached the pattern has matched.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from codegen.artifacts.models.runtime._ecma import (
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
    Range,
    Repeat,
    Sequence,
)
from codegen.checks import charsets
from codegen.checks.charsets import Ranges

MANY = 10  # a quantifier that allows more repetitions than this counts as a loop
MAX_STATES = 160  # a larger automaton is built again with fewer copies of what is counted
MAX_STEPS = 200_000  # the search for a polynomial gives up after this many
TOLERATED_DEGREE = 2


@dataclass(frozen=True, slots=True)
class _State:
    """One character of the pattern: what it matches, and the loops around it, outermost first, by their place."""

    characters: Ranges
    loops: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Part:
    """What a part of the pattern adds to the automaton.

    `empty` tells whether it can match nothing, `free` whether it can do so without an assertion. `ending` holds the
    states after which the part may be over, `settled` those after which it is over whatever comes next.
    """

    empty: bool = True
    free: bool = True
    starting: set[int] = field(default_factory=set)
    ending: set[int] = field(default_factory=set)
    settled: set[int] = field(default_factory=set)


class _Automaton:
    def __init__(self, copies: int) -> None:
        self.copies = copies
        self.states: list[_State] = []
        self.ways: Counter[tuple[int, int]] = Counter()  # how many ways lead from one state to the next
        self.loops: list[tuple[int, int]] = []

    def part(self, node: Node) -> _Part:
        match node:
            case Literal():
                return self.sequence([self.character(((ord(one), ord(one)),)) for one in node.text])
            case AnyCharacter() | ClassEscape() | Property() | CharacterClass():
                return self.character(characters(node))
            case Group():
                return self.part(node.body)
            case Sequence():
                return self.sequence([self.part(item) for item in node.items])
            case Alternation():
                return _alternatives([self.part(option) for option in node.options])
            case Repeat():
                return self.repeat(node)
        return _Part(free=False)  # an assertion, a lookaround or a backreference

    def character(self, characters: Ranges) -> _Part:
        self.states.append(_State(characters, tuple(self.loops)))
        state = {len(self.states) - 1}
        return _Part(empty=not characters, free=False, starting=state, ending=state, settled=state)

    def sequence(self, parts: list[_Part]) -> _Part:
        whole = _Part()
        for part in parts:
            self.ways.update((one, other) for one in whole.ending for other in part.starting)
            whole = _Part(
                empty=whole.empty and part.empty,
                free=whole.free and part.free,
                starting=whole.starting | part.starting if whole.empty else whole.starting,
                ending=whole.ending | part.ending if part.empty else part.ending,
                settled=whole.settled | part.settled if part.free else part.settled,
            )
        return whole

    def repeat(self, node: Repeat) -> _Part:
        if node.high is None or (node.high > MANY and node.high != node.low):
            return self.loop(node)
        low, high = node.low, node.high
        if high > self.copies:
            low, high = min(low, self.copies), min(high, self.copies + (low != high))
        parts = [self.part(node.body) for _ in range(low)]
        optional = [_alternatives([self.part(node.body), _Part()]) for _ in range(high - low)]
        return self.sequence(parts + optional)

    def loop(self, node: Repeat) -> _Part:
        self.loops.append((node.start, node.end))
        before = [self.part(node.body) for _ in range(min(node.low, self.copies) - 1)]
        body = self.part(node.body)
        self.ways.update((one, other) for one in body.ending for other in body.starting)
        self.loops.pop()
        if node.low == 0:
            body = _alternatives([body, _Part()])
        return self.sequence([*before, body])


def _alternatives(parts: list[_Part]) -> _Part:
    return _Part(
        empty=any(part.empty for part in parts),
        free=any(part.free for part in parts),
        starting=set().union(*(part.starting for part in parts)),
        ending=set().union(*(part.ending for part in parts)),
        settled=set().union(*(part.settled for part in parts)),
    )


def characters(node: Node) -> Ranges:
    """Return the characters that a node which stands for one character matches."""
    match node:
        case AnyCharacter():
            return charsets.complement(charsets.LINE_TERMINATORS)
        case Range():
            return ((node.first, node.last),)
        case ClassEscape():
            ranges = {"d": charsets.DIGITS, "w": charsets.WORD, "s": charsets.SPACES}[node.letter.lower()]
            return ranges if node.letter.islower() else charsets.complement(ranges)
        case Property():
            ranges = charsets.of_property(node.name, node.value)
            return charsets.complement(ranges) if node.negated else ranges
        case CharacterClass():
            ranges = charsets.merged([one for item in node.items for one in characters(item)])
            return charsets.complement(ranges) if node.negated else ranges
    raise AssertionError(f"no set of characters: {node!r}")


def warning(pattern: str, tree: Node) -> str | None:
    """Return a sentence that names the part of the pattern which backtracks badly; None if there is none."""
    anchored = _is_anchored(tree)
    for node, once in ((tree, anchored), *_lookaheads(tree, anchored)):
        found = _Search(_automaton(node), restarted=not once, whole=(node.start, node.end))
        span = found.exponential()
        if span is not None:
            part = pattern[span[0] : span[1]]
            return (
                f"the part `{part}` can match one text in exponentially many ways: a text of a few dozen characters "
                "that does not match in the end may take hours"
            )
        degree, span = found.polynomial()
        if degree > TOLERATED_DEGREE:
            part = pattern[span[0] : span[1]]
            return (
                f"in the part `{part}` several repetitions can share out one text among them: the time for a text "
                f"that does not match may grow with its length to the power of {degree}"
            )
    return None


def _is_anchored(node: Node) -> bool:
    """Tell whether a match can begin only at the start of the text."""
    match node:
        case Assertion():
            return node.kind == "^"
        case Group():
            return _is_anchored(node.body)
        case Repeat():
            return node.low > 0 and _is_anchored(node.body)
        case Alternation():
            return all(_is_anchored(option) for option in node.options)
        case Sequence():
            for item in node.items:
                if _is_anchored(item):
                    return True
                if not isinstance(item, Look | Assertion):
                    return False
    return False


def _lookaheads(node: Node, once: bool) -> Iterator[tuple[Node, bool]]:
    """Return the body of every lookahead, each with whether it is tried at one place only."""
    match node:
        case Look():
            if not node.behind:
                yield node.body, once
                yield from _lookaheads(node.body, once)
        case Group():
            yield from _lookaheads(node.body, once)
        case Repeat():
            yield from _lookaheads(node.body, once and node.high == 1)
        case Sequence():
            for item in node.items:
                yield from _lookaheads(item, once)
        case Alternation():
            for option in node.options:
                yield from _lookaheads(option, once)


def _automaton(node: Node) -> tuple[_Automaton, _Part]:
    for copies in (MANY, 2, 1):
        automaton = _Automaton(copies)
        part = automaton.part(node)
        if len(automaton.states) <= MAX_STATES:
            break
    return automaton, part


class _Search:
    """The search for loops that share text; a state after which the pattern has matched is left out."""

    def __init__(self, built: tuple[_Automaton, _Part], restarted: bool, whole: tuple[int, int]) -> None:
        automaton, part = built
        self.whole = whole
        self.ways = Counter(automaton.ways)
        states = automaton.states
        if restarted:  # `re.search` tries again at every place: a loop over any character stands before the pattern
            first = len(states)
            states = [*states, _State(charsets.ALL, ())]
            self.ways.update([(first, first), *((first, state) for state in part.starting)])
        kept = set() if part.free else set(range(len(states))) - part.settled
        self.states = states
        self.letters = _letters([state.characters for state in states])
        self.next: dict[int, list[int]] = {state: [] for state in kept}
        for one, other in self.ways:
            if one in kept and other in kept:
                self.next[one].append(other)
        self.steps = 0
        self.loops = [loop for loop in _components(self.next) if len(loop) > 1 or loop[0] in self.next[loop[0]]]

    def exponential(self) -> tuple[int, int] | None:
        """Return the place of a loop that one text can go through in two ways, None if there is none."""
        for loop in self.loops:
            inside = set(loop)
            twice = any(self.ways[one, other] > 1 for one in loop for other in self.next[one] if other in inside)
            if twice or self._parts_and_meets(inside):
                return self._place(loop)
        return None

    def _parts_and_meets(self, loop: set[int]) -> bool:
        """Tell whether two different ways through the loop start in one state and end in one state."""
        queue = deque((state, state) for state in loop)
        seen: set[tuple[int, int]] = set()
        while queue and self.steps < MAX_STEPS:
            one, other = queue.popleft()
            for pair in self._pairs(one, other, loop):
                if pair[0] == pair[1]:
                    if one != other:
                        return True
                elif pair not in seen:
                    seen.add(pair)
                    queue.append(pair)
        return False

    def _pairs(self, one: int, other: int, loop: set[int]) -> Iterator[tuple[int, int]]:
        for after_one in self.next[one]:
            for after_other in self.next[other]:
                self.steps += 1
                if after_one in loop and after_other in loop and self.letters[after_one] & self.letters[after_other]:
                    yield after_one, after_other

    def polynomial(self) -> tuple[int, tuple[int, int]]:
        """Return the degree of the polynomial that bounds the time, and the place of the loops behind it."""
        best: dict[int, tuple[int, list[int]]] = {}
        # _components gives a component after all that it leads to
        for index, loop in enumerate(self.loops):
            reached = self._reachable(loop[0])
            best[index] = (1, [index])
            for later in range(index):
                if self.loops[later][0] not in reached or best[later][0] + 1 <= best[index][0]:
                    continue
                shared = self._share(loop, self.loops[later])
                if best[later][0] + shared > best[index][0]:
                    best[index] = (best[later][0] + shared, [index, *best[later][1]])
        if not best:
            return 0, self.whole
        degree, chain = max(best.values(), key=lambda found: found[0])
        places = [self._place(self.loops[index]) for index in chain if self._has_place(self.loops[index])]
        if not places:
            return degree, self.whole
        return degree, (min(start for start, _ in places), max(end for _, end in places))

    def _share(self, loop: list[int], later: list[int]) -> bool:
        return any(self._crosses(one, other, set(loop), set(later)) for one in loop[:8] for other in later[:8])

    def _crosses(self, one: int, other: int, loop: set[int], later: set[int]) -> bool:
        """Tell whether some text leads from `one` to itself, from `one` to `other` and from `other` to itself."""
        start, goal = (one, one, other), (one, other, other)
        queue = deque([start])
        seen = {start}
        while queue and self.steps < MAX_STEPS:
            for triple in self._triples(queue.popleft(), loop, later):
                if triple == goal:
                    return True
                if triple not in seen:
                    seen.add(triple)
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
        seen = {state}
        stack = [state]
        while stack:
            for other in self.next[stack.pop()]:
                if other not in seen:
                    seen.add(other)
                    stack.append(other)
        return seen

    def _has_place(self, loop: list[int]) -> bool:
        return bool(self.states[loop[0]].loops)

    def _place(self, loop: list[int]) -> tuple[int, int]:
        """Return the place of the outermost repetition around all states of a loop, which is what makes it one."""
        common = set.intersection(*(set(self.states[state].loops) for state in loop))
        return min(common, default=self.whole, key=lambda span: (span[0], -span[1]))


def _letters(sets: list[Ranges]) -> list[int]:
    """Return each set as bits, one for every stretch of code points that no set divides."""
    bounds = sorted({bound for ranges in sets for first, last in ranges for bound in (first, last + 1)})
    index = {bound: position for position, bound in enumerate(bounds)}
    return [sum((1 << index[last + 1]) - (1 << index[first]) for first, last in ranges) for ranges in sets]


def _components(following: dict[int, list[int]]) -> list[list[int]]:
    """Return the strongly connected components, each after all that it leads to (Tarjan, without recursion)."""
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_states: list[int] = []
    closed: set[int] = set()
    found: list[list[int]] = []
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
                found.append(component[::-1])
                closed.update(component)
    return found
