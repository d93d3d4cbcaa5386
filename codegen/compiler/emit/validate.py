"""The fast printer: nodes become straight-line code that stops at the first failure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from ...escapes import Code, code, join
from ...escapes.python import literal
from ...ir import JSON
from ..analysis import Program
from ..keywords import Constants
from ..lower import nodes, tracks
from ..nodes import (
    ALWAYS,
    NOTHING,
    Apply,
    Check,
    Choice,
    Conditional,
    Contains,
    Each,
    Item,
    Items,
    Kinds,
    Listed,
    Member,
    Names,
    Negation,
    Never,
    Node,
    Required,
    Target,
    Test,
    When,
    some,
)
from .lines import Lines
from .narrowing import Types, types_of
from .printer import LONGEST, MOST_MEMBERS, Functions, Printer, apart, counted, has, has_count, tagged, unseen

Look = tuple[Test, Code | None]
"""A test of a value, and that value if the test asks for its type."""


class FastPrinter(Printer):
    """Prints the nodes of one function; `fail` is the statement for an instance that is not valid."""

    small = 6  # a call costs as much as looking at two properties
    looped = 40
    is_verdict = True
    """Whether the function only answers valid or not: then it may look at texts together, and at types last."""

    def __init__(self, program: Program, functions: Functions, constants: Constants, lines: Lines, fail: Code) -> None:
        super().__init__(program, functions, constants, lines)
        self.fail = fail
        self.name = Code("")
        self.parts: list[Code] = []
        """Functions that look at a part of the properties of an object with many, named after the function."""
        self.raises: set[str] = set()
        """Which errors mean no: KeyError of a missing property, TypeError of what has no hash, ValueError of a size."""
        self._loop: tuple[int, int] | None = None  # where the outermost loop begins
        self._texts: dict[Code, Code] = {}  # what it gathers, by the function that looks at it

    def subschema(self, target: Target, value: Code, seen: Code | None, kind: str | None = None) -> None:
        """Print all that the target says of the value, in place; of what says nothing, that it is a JSON value."""
        if not self.says(target, seen):
            self.lines.add("_data.is_json({v})", v=value)
            return
        start = len(self.lines)
        with self.within(target, seen) as own:
            self.body(nodes(self.scope(target, value), kind), own)
        if len(self.lines) == start:  # what it says holds for every value
            self.lines.add("_data.is_json({v})", v=value)

    def apply(self, target: Target, value: Code, seen: Code | None) -> None:
        """Print that the value is valid against the target: in place where that is short, else by a call."""
        if not self.says(target, seen):
            return
        target = self.settled(target)
        if self.inlines(target) and self.fits(target, value):
            self.subschema(target, value, seen)
        else:
            self.require(self.call(target, value, seen))

    # Statements

    def require(self, test: Test, asked: Code | None = None, *, of_items: bool = False) -> None:
        """Print that the test must hold, which asks for the Python type of a value, or of its items."""
        if test == ALWAYS:
            return
        if test == NOTHING:
            self.refuse(asked, of_items=of_items)
            return
        with self.lines.block("if {test}:", test=test.no):
            self.refuse(asked, of_items=of_items)

    def refuse(self, asked: Code | None = None, *, of_items: bool = False) -> None:
        """Print that the instance is not valid, if the type of what was asked is one that JSON data has by itself."""
        if asked is None or not self.is_verdict:
            self.lines.add("{fail}", fail=self.fail)
        else:
            function = Code("refused_items" if of_items else "refused")
            self.lines.add("return _data.{function}({asked})", function=function, asked=asked)

    def body(self, body: tuple[Node, ...], seen: Code | None) -> None:
        """Print the nodes one after the other."""
        body = self._parted(self.unpacked(self.merged(body)), seen)
        closing = self.closing(
            body, {node.name for node in body if isinstance(node, Member) and not self._refuses(node)}
        )
        if closing is not None:
            self._closed(body, closing, seen)
            return
        for node in body:
            self.node(node, seen)

    def _parted(self, body: tuple[Node, ...], seen: Code | None) -> tuple[Node, ...]:
        """Print calls that look at the properties of an object with many; return what is left to say."""
        members = [node for node in body if isinstance(node, Member) and node.value == _VALUE]
        if not self.is_verdict or len(members) <= MOST_MEMBERS:
            return body
        for start in range(0, len(members), MOST_MEMBERS):
            arguments = [_VALUE, *([seen] if seen else []), *([self.asked] if self.asked else [])]
            part = self._part(members[start : start + MOST_MEMBERS], is_seen=seen is not None)
            call = {"part": part, "arguments": join(", ", arguments)}
            self.require(Test(code("{part}({arguments})", **call), code("not {part}({arguments})", **call)))
        return tuple([node for node in body if not (isinstance(node, Member) and node.value == _VALUE)])

    def _part(self, members: Iterable[Member], *, is_seen: bool) -> Code:
        """Return the name of a function that looks at some properties of the function's own value."""
        name = self.functions.claim(code("{name}_part", name=self.name))
        lines = Lines("value", "seen", "asked")
        printer = FastPrinter(self.program, self.functions, self.constants, lines, self.fail)
        printer.asked, printer._stack = self.asked, list(self._stack)
        printer.learn(_VALUE, types_of(["object"]))
        for member in members:
            printer.member(member, Code("seen") if is_seen else None)
        printer.finish()
        arguments = ["value: dict[str, _data.JSON]", *(["seen: set[str | int]"] if is_seen else [])]
        arguments += ["asked: dict[object, set[str | int] | None]"] if self.asked else []
        head = {"name": name, "arguments": join(", ", map(Code, arguments))}
        self.parts.append(code("def {name}({arguments}) -> bool:\n{body}", body=lines.text(), **head))
        return name

    def finish(self, end: Sequence[str] = ()) -> None:
        """Print that the value is valid, after what else comes at the end, and that some errors mean no."""
        for line in (*end, "return True"):
            self.lines.add(line)
        if self.raises:
            caught = ", ".join(sorted(self.raises))
            self.lines.wrap("try:", f"except {caught}:" if len(self.raises) == 1 else f"except ({caught}):", self.fail)

    def _closed(self, body: tuple[Node, ...], closing: Each, seen: Code | None) -> None:
        """Print the nodes, at last that the object has no more properties than there are named ones in it."""
        members = [node for node in body if isinstance(node, Member)]
        count, known = literal(len(members)), None
        if not all(node.required for node in members):
            known = self.lines.fresh("known")
            self.lines.add("{known} = {n}", known=known, n=count)
        for node in body:
            if isinstance(node, Member):
                self.member(node, seen, known)
            elif node is not closing:
                self.node(node, seen)
        self.require(has_count(closing.value, known or count))

    def closing(self, body: tuple[Node, ...], counted: Set[str]) -> Each | None:
        """Return the node that allows no properties but those that are counted: then their count tells as much."""
        return next((n for n in body if isinstance(n, Each) and self._closes(n) and counted == {*n.named}), None)

    def _closes(self, node: Each) -> bool:
        """Return whether the node allows no properties but some that it names."""
        return self._refuses(node) and bool(node.named) and not node.patterns

    def _refuses(self, node: Member | Each) -> bool:
        """Return whether the node allows no value."""
        return self.program[node.target.location].boolean is False

    def unpacked(self, body: tuple[Node, ...]) -> tuple[Node, ...]:
        """Return what is said of an array without its size where its items are unpacked, which fails at any other."""
        if any(isinstance(node, Items) and not node.unseen and self._few(node.target) for node in body):
            return tuple([node for node in body if not isinstance(node, Check) or node.keyword not in _SIZES])
        return body

    def merged(self, body: tuple[Node, ...]) -> tuple[Node, ...]:
        """Return the nodes without what others say too.

        `Required` goes where the property's value is read, which fails without it; two equal bounds become one.
        """
        wanted = {(node.value, node.name) for node in body if isinstance(node, Required)}
        read = {(node.value, node.name) for node in body if isinstance(node, Member) and self._reads(node)}
        left: list[Node] = []
        for node in body:
            if isinstance(node, Member) and (node.value, node.name) in wanted:
                left.append(replace(node, required=True))
            elif not (isinstance(node, Required) and (node.value, node.name) in read):
                left.append(node)
        return _narrowed(left)

    def _reads(self, node: Member) -> bool:
        """Return whether the code for a property asks for its value."""
        return not self._refuses(node) and self.says(node.target)

    def node(self, node: Node, seen: Code | None) -> None:
        """Print one node."""
        match node:
            case Check():
                self.check(node)
                self.learn_from(node)
            case Listed():
                self.listed(node)
                self.learn_from(node)
            case Required():
                self.require(has(node.value, node.name))
            case Never():
                self.lines.add("{fail}", fail=self.fail)
            case When():
                with self.lines.block("if {test}:", test=node.test.yes), self.supposing():
                    self.body(node.body, seen)
            case Kinds():
                self.kinds(node, seen)
            case Apply():
                self.apply(node.target, node.value, seen)
            case Member():
                self.member(node, seen)
            case Each():
                self.each(node, seen)
            case Names():
                self.names(node)
            case Item():
                self.item(node, seen)
            case Items():
                self.items(node, seen)
            case _:
                self.choosing(node, seen)

    def check(self, node: Check) -> None:
        """Print one check; within a loop, that the text is gathered which one call can look at with all others."""
        if node.many is None or self._loop is None:
            self.require(node.test, node.value)
            return
        text, function = node.many
        if function not in self._texts:
            self._texts[function] = self.lines.fresh("texts")
            self.lines.insert(self._loop, "{texts}: list[str] = []", texts=self._texts[function])
        self.lines.add("{texts}.append({text})", texts=self._texts[function], text=text)

    def listed(self, node: Listed) -> None:
        """Print that the value is listed: quickly where a value without a hash may end the function."""
        self.require(self._quick(node), node.value)

    def _quick(self, node: Listed) -> Test:
        if not self.is_verdict or node.quick is None:
            return node.test
        self.raises.add("TypeError")
        return node.quick

    @contextmanager
    def loop(self, item: Code, items: Code) -> Iterator[None]:
        """Print a loop, and after the outermost what is said of the texts that were gathered."""
        is_outermost = self.is_verdict and self._loop is None
        if is_outermost:
            self._loop = self.lines.place()
        with self.lines.loop(items, item):
            yield
        if is_outermost:
            for function, texts in self._texts.items():
                parts = {"f": function, "texts": texts}
                self.require(Test(code("{f}({texts})", **parts), code("not {f}({texts})", **parts)))
            self._loop, self._texts = None, {}

    def choosing(self, node: Node, seen: Code | None) -> None:
        """Print one node that looks at several verdicts."""
        match node:
            case Contains():
                self.contains(node, seen)
            case Choice():
                self.choice(node, seen)
            case Negation():
                self.require(self.verdict(node.target, node.value).flipped(), node.value)
                self.learn_from(node)
            case Conditional():
                self.conditional(node, seen)
            case _:
                raise TypeError(f"no code for {type(node).__name__}")

    def kinds(self, node: Kinds, seen: Code | None) -> None:
        """Print nodes by the JSON type: a guard and its body, or a chain of cases."""
        if len(node.cases) == 1 and node.otherwise is not None and node.otherwise.test == NOTHING:
            kind, guard, body = node.cases[0]
            self.require(guard, node.value)
            self.learn(node.value, types_of([kind]))
            self.body(body, seen)
            return
        cases = [case for case in node.cases if not types_of([case[0]]).isdisjoint(self.types(node.value))]
        word = "if"
        for kind, guard, body in cases:
            with (
                self.lines.block(word + " {test}:", test=guard.yes),
                self.supposing(node.value, types_of([kind])),
            ):
                self.body(body, seen)
            word = "elif"
        self._other_kinds(node, is_only=not cases)
        self.learn_from(node)

    def _other_kinds(self, node: Kinds, *, is_only: bool) -> None:
        """Print what is said of a value of no case's type; of all values, if there `is_only` that."""
        if node.otherwise is None:
            with nullcontext() if is_only else self.lines.block("else:"):
                self.lines.add("_data.is_json({v})", v=node.value)
            return
        if node.otherwise.test == NOTHING:
            with self.lines.block("else:"):
                self.refuse(node.value)
            return
        with self.lines.block("elif {test}:", test=node.otherwise.test.no):
            self.refuse(node.value)

    # Objects

    def member(self, node: Member, seen: Code | None, known: Code | None = None) -> None:
        """Print a property: read once, and looked for by name only where its value does not tell.

        `known` is the count of properties that are there, one less for each that is not.
        """
        self.is_full = len(self.lines) > LONGEST
        if self._refuses(node):
            self.require(has(node.value, node.name).flipped())
            return
        if not self.says(node.target):
            self._unread(node, seen, None if node.required else known)
            return
        target = self.settled(node.target)
        short = self._one_look(node, target)
        there = has(node.value, node.name)
        if node.required:
            self.raises.add("KeyError")
            self._value(node, target, short, seen)
        elif short is not None and seen is None and known is None:
            test, asked = short
            self.require(some([there.flipped(), test]), asked)
        else:
            with self.lines.block("if {there}:", there=there.yes), self.supposing():
                self._value(node, target, short, seen)
            if known is not None:
                with self.lines.block("else:"):
                    self.lines.add("{known} -= 1", known=known)

    def _unread(self, node: Member, seen: Code | None, known: Code | None) -> None:
        """Print whether a property is there that can have any value."""
        test = has(node.value, node.name)
        if seen is not None:
            with self.lines.block("if {test}:", test=test.yes):
                self.lines.add("{seen}.add({name})", seen=seen, name=literal(node.name))
        if known is not None:
            with self.lines.block("if {test}:", test=test.no):
                self.lines.add("{known} -= 1", known=known)

    def _value(self, node: Member, target: Target, short: Look | None, seen: Code | None) -> None:
        """Print what is said of the value of a property that is there: a test that looks but once, or statements."""
        parts = {"value": node.value, "name": literal(node.name)}
        at = code("{value}[{name}]", **parts)
        if short is not None:
            self.require(*short)
            self.learn(at, self.outcome(target).holds)
        else:
            variable = self.lines.fresh(node.name)
            self.lines.add("{variable} = {at}", variable=variable, at=at)
            self.learn(variable, self.types(at))
            self.subschema(target, variable, None)
        if seen is not None:
            self.lines.add("{seen}.add({name})", seen=seen, name=literal(node.name))

    def _one_look(self, node: Member, target: Target) -> Look | None:
        """Return the test of a property's value if that looks at it but once; else it is better kept in a variable."""
        value = code("{value}[{name}]", value=node.value, name=literal(node.name))
        is_inline = self.inlines(target) and self.fits(target, value)
        if is_inline and not _looks_once(self.functions.outline(target)):
            return None
        if not is_inline:
            return self.call(target, value, None), None
        match nodes(self.scope(target, value)):
            case (Check(test=test),):
                return test, value
            case (Listed() as listed,):
                return self._quick(listed), value
        return None

    def each(self, node: Each, seen: Code | None) -> None:
        """Print a loop over the properties that the node chooses."""
        if self._closes(node):
            parts = {"value": node.value, "names": self.names_of(node)}
            self.require(
                Test(code("{value}.keys() <= {names}", **parts), code("not {value}.keys() <= {names}", **parts))
            )
            return
        says, refuses = self.says(node.target), self._refuses(node)
        key = self.lines.fresh("key")
        choice = self.chosen(node, key, seen)
        if not says and (seen is None or choice == ALWAYS or node.unseen):
            self.mark_all(node.value, seen)
            return
        if says and not refuses and choice == ALWAYS and seen is None:
            item = self.lines.fresh("item")
            loop = self.lines.loop(code("{value}.values()", value=node.value), item)
        elif says and not refuses:
            item = self.lines.fresh("item")
            loop = self.lines.loop(code("{value}.items()", value=node.value), key, item)
        else:
            item = key
            loop = self.lines.loop(node.value, key)
        with loop:
            self._guarded(
                choice, node.target, item, None if seen is None else code("{seen}.add({key})", seen=seen, key=key)
            )

    def _guarded(self, choice: Test, target: Target, item: Code, mark: Code | None) -> None:
        """Print what is said of one item of a loop, behind the test that chooses it."""
        if choice != ALWAYS:
            with self.lines.block("if {test}:", test=choice.yes):
                self._guarded(ALWAYS, target, item, mark)
            return
        self.apply(target, item, None)
        if mark is not None and self.program[target.location].boolean is not False:
            self.lines.add("{mark}", mark=mark)

    def mark_all(self, value: Code, seen: Code | None) -> None:
        """Print that every property of the object is evaluated."""
        if seen is not None:
            self.lines.add("{seen}.update({value})", seen=seen, value=value)

    def names(self, node: Names) -> None:
        """Print a loop over the property names."""
        if self.program[node.target.location].boolean is False:
            self.require(Test(code("not {v}", v=node.value), node.value))
            return
        if self.says(node.target):
            key = self.lines.fresh("name")
            with self.lines.loop(node.value, key):
                self.apply(node.target, key, None)

    # Arrays

    def item(self, node: Item, seen: Code | None) -> None:
        """Print one item by its index."""
        if not self.says(node.target) and seen is None:
            return
        parts = {"value": node.value, "index": literal(node.index)}
        with self.lines.block("if len({value}) > {index}:", **parts), self.supposing():
            if self.says(node.target):
                item = self.lines.fresh("item")
                self.lines.add("{item} = {value}[{index}]", item=item, **parts)
                self.apply(node.target, item, None)
            if seen is not None:
                self.lines.add("{seen}.add({index})", seen=seen, **parts)

    def items(self, node: Items, seen: Code | None) -> None:
        """Print a loop over the items from the start on, or over those that nothing has evaluated."""
        boolean = self.program[node.target.location].boolean
        if boolean is False and not node.unseen:
            parts = {"v": node.value, "n": literal(node.start)}
            self.require(Test(code("len({v}) <= {n}", **parts), code("len({v}) > {n}", **parts)))
        elif self.says(node.target):
            self._items_loop(node, seen)
        if seen is not None and boolean is not False:
            parts = {"seen": seen, "value": node.value, "start": literal(node.start)}
            self.lines.add("{seen}.update(range({start}, len({value})))", **parts)

    def _items_loop(self, node: Items, seen: Code | None) -> None:
        if node.unseen and seen is not None:
            index, item = self.lines.fresh("index"), self.lines.fresh("item")
            with self.lines.loop(code("enumerate({v})", v=node.value), index, item):
                self._guarded(unseen(index, seen), node.target, item, None)
            return
        rest = node.value if node.start == 0 else code("{v}[{n}:]", v=node.value, n=literal(node.start))
        self.each_item(node.target, rest, lambda target, item: self.apply(target, item, None))

    def each_item(self, target: Target, value: Code, say: Callable[[Target, Code], None]) -> None:
        """Print what is said of every item: in a loop, or of each by itself where there are always a few.

        Of arrays within the array that have no other rule than one for their items, these are looked at in one loop.
        """
        size = self._few(target)
        if size is not None:
            items = [self.lines.fresh(hint) for hint in _ORDINALS[:size]]
            self.lines.add("{items} = {v}", items=join(", ", items), v=value)
            self.raises.add("ValueError")
            for item in items:
                say(target, item)
            return
        proof = self._proof(target, value)
        if proof is None:
            self._each_in_turn(target, value, say)
            return
        with self.lines.block("if not {proof}:", proof=proof):
            self._each_in_turn(target, value, say)

    def _each_in_turn(self, target: Target, value: Code, say: Callable[[Target, Code], None]) -> None:
        item = self.lines.fresh("item")
        row = self._row(target, item)
        if row is None:
            with self.loop(item, value):
                say(target, item)
            return
        is_array, of_row = row
        every = self.lines.fresh("items")
        self.lines.add("{every}: list[Any] = []", every=every)
        with self.lines.loop(value, item):
            self.require(is_array, item)
            self.lines.add("{every} += {item}", every=every, item=item)
        self.each_item(of_row, every, say)

    def _proof(self, target: Target, value: Code) -> Code | None:
        """Return the call that can prove all items at once: where they are arrays of integers; None elsewhere."""
        match self.functions.outline(self.settled(target)):
            case (Kinds(cases=(("array", _, body),), otherwise=Check(rule=("type",))),):
                pass
            case _:
                return None
        match body:
            case (Items(start=0, unseen=False, target=inner),):
                size = None
            case (Check(rule=("least", size)), Check(rule=("most", most)), Items(start=0, unseen=False, target=inner)):
                if size != most:
                    return None
            case _:
                return None
        bounds = self._bounds(inner)
        if bounds is None or not value.isidentifier():
            return None
        low, high = bounds
        parts = {"size": literal(size), "low": literal(low), "high": literal(high)}
        return code("_integers.are_small_integers({v}, {size}, {low}, {high})", v=value, **parts)

    def _bounds(self, target: Target) -> tuple[JSON, JSON] | None:
        """Return the least and the greatest integer of a target that takes integers only, None of any other."""
        match self.functions.outline(self.settled(target)):
            case (Check(rule=("type", "integer")),):
                return None, None
            case (Kinds(cases=(("integer", _, body),), otherwise=Check(rule=("type",))),):
                rules = dict([node.rule for node in body if isinstance(node, Check) and len(node.rule) == 2])
                if len(rules) == len(body) and rules.keys() <= {"minimum", "maximum"}:
                    return rules.get("minimum"), rules.get("maximum")
        return None

    def _row(self, target: Target, item: Code) -> tuple[Test, Target] | None:
        """Return the test that an item is an array and the rule for its items, None if more is said, or by a call."""
        target = self.settled(target)
        if not self.inlines(target) or tracks(self.program[target.location]):
            return None
        match nodes(self.scope(target, item)):
            case (Kinds(cases=(("array", test, (Items(start=0, unseen=False, target=inner),)),), otherwise=other),):
                short = other is not None and other.test == NOTHING and self.inlines(self.settled(inner))
                return (test, inner) if short and self.says(inner) else None
        return None

    def _few(self, target: Target) -> int | None:
        """Return how many items the array always has, if these are two or three and little is said of them."""
        array = self.program[self._stack[-1][0]]
        items, size, most = array.keywords.get("items"), array.value("minItems"), array.value("maxItems")
        if items is None or not items.schemas or items.schemas[0][1] != target.location:
            return None
        if not isinstance(size, int) or size != most or not 2 <= size <= len(_ORDINALS):
            return None
        is_short = self.says(target) and self.inlines(self.settled(target)) and not self.refuses(target)
        return size if is_short and self.program[target.location].boolean is None else None

    def contains(self, node: Contains, seen: Code | None) -> None:
        """Print a count of the items that are valid."""
        marking = seen is not None and node.evaluates
        if node.least == 0 and node.most is None and not marking:
            return
        item = self.lines.fresh("item")
        test = self.verdict(node.target, item)
        if test == NOTHING:  # and the count is 0
            if node.least > 0:
                self.refuse(node.value, of_items=True)
            return
        if marking and seen is not None:
            count = self._marked_count(node, test, item, seen)
        else:
            counting = "len({v})" if test == ALWAYS else "sum(1 for {i} in {v} if {t})"
            count = code(counting, i=item, v=node.value, t=test.yes)
        for bound in counted(node, count):
            self.require(bound, node.value, of_items=True)

    def _marked_count(self, node: Contains, test: Test, item: Code, seen: Code) -> Code:
        index, matching = self.lines.fresh("index"), self.lines.fresh("matching")
        parts = {"m": matching, "i": index, "item": item, "v": node.value, "t": test.yes}
        self.lines.add("{m} = [{i} for {i}, {item} in enumerate({v}) if {t}]", **parts)
        self.lines.add("{seen}.update({m})", seen=seen, m=matching)
        return code("len({m})", m=matching)

    # Choices

    def choice(self, node: Choice, seen: Code | None) -> None:
        """Print a choice: by its discriminator, by trying each branch, or by counting those that hold."""
        if node.discriminator is not None:
            if self.types(node.value).isdisjoint(types_of(["object"])):
                self.refuse(node.value)
            else:
                self._discriminated(node, seen)
        else:
            self._undiscriminated(node, seen)
        self.learn(node.value, self._of_one(node.branches))

    def _of_one(self, branches: Iterable[Target]) -> Types:
        """Return the types of a value that is valid against one of some branches."""
        return frozenset().union(*(self.outcome(branch).holds for branch in branches))

    def _undiscriminated(self, node: Choice, seen: Code | None) -> None:
        if seen is not None and any(self.marks(branch.location) for branch in node.branches):
            self._tracked_choice(node, seen)
            return
        if not node.exclusive or apart(self.program, node):
            self.require(self._one_of(node), node.value)
            return
        verdicts = [self.verdict(branch, node.value) for branch in node.branches]
        listed = join(", ", [verdict.yes for verdict in verdicts])
        with self.lines.block("if [{verdicts}].count(True) != 1:", verdicts=listed):
            self.refuse(node.value)

    def _one_of(self, node: Choice) -> Test:
        """Return the test that one of the branches holds, each asked only if those before it do not."""
        verdicts: list[Test] = []
        with self.supposing():
            for branch in node.branches:
                verdicts.append(self.verdict(branch, node.value))
                self.learn(node.value, self.outcome(branch).fails)
        return some(verdicts)

    def _discriminated(self, node: Choice, seen: Code | None) -> None:
        if node.discriminator is None:
            raise ValueError("no discriminator")
        tag = self.tag(node)
        word = "if"
        for branch, values in zip(node.branches, node.discriminator.values, strict=True):
            with self.lines.block(word + " {test}:", test=tagged(tag, values)), self.supposing():
                self.apply(branch, node.value, seen)
            word = "elif"
        with self.lines.block("else:"):
            self.refuse(node.value)

    def tag(self, node: Choice) -> Code:
        """Print the reading of the discriminating property; return its variable."""
        if node.discriminator is None:
            raise ValueError("no discriminator")
        tag = self.lines.fresh(node.discriminator.name)
        parts = {"tag": tag, "v": node.value, "name": literal(node.discriminator.name)}
        self.lines.add("{tag} = {v}.get({name}) if type({v}) is dict else None", **parts)
        return tag

    def _tracked_choice(self, node: Choice, seen: Code) -> None:
        """Print a choice of which every branch that holds counts for what is evaluated."""
        matches = self.lines.fresh("matches")
        self.lines.add("{matches} = 0", matches=matches)
        for branch in node.branches:
            found = self.lines.fresh("found")
            self.lines.add("{found}: set[str | int] = set()", found=found)
            with self.lines.block("if {test}:", test=self._tracked(branch, node.value, found).yes):
                self.lines.add("{matches} += 1", matches=matches)
                self.lines.add("{seen} |= {found}", seen=seen, found=found)
        test = "if {matches} != 1:" if node.exclusive else "if {matches} == 0:"
        with self.lines.block(test, matches=matches):
            self.refuse(node.value)

    def _tracked(self, target: Target, value: Code, found: Code) -> Test:
        if self.marks(target.location):
            return self.call(target, value, found)
        return self.verdict(target, value)

    def conditional(self, node: Conditional, seen: Code | None) -> None:
        """Print a condition with its branches."""
        found = None
        if seen is not None and self.marks(node.condition.location):
            found = self.lines.fresh("found")
            self.lines.add("{found}: set[str | int] = set()", found=found)
            test = self.call(node.condition, node.value, found)
        elif any(branch and self.says(branch, seen) for branch in (node.then, node.orelse)):
            test = self.verdict(node.condition, node.value)
        else:
            return
        told = self.outcome(node.condition)
        with self.lines.block("if {test}:", test=test.yes), self.supposing(node.value, told.holds):
            if found is not None and seen is not None:
                self.lines.add("{seen} |= {found}", seen=seen, found=found)
            if node.then is not None:
                self.apply(node.then, node.value, seen)
        if node.orelse is not None and self.says(node.orelse, seen):
            with self.lines.block("else:"), self.supposing(node.value, told.fails):
                self.apply(node.orelse, node.value, seen)


_VALUE = Code("value")
_ORDINALS = ("first", "second", "third")
_SIZES = ("minItems", "maxItems")
_LOOK = re.compile(r"\bvalue\b")
_TEXT = re.compile(r"""(["'])(?:(?!\1)[^\\]|\\.)*\1""")  # a string literal, whose text is the schema's


def _looks_once(outline: tuple[Node, ...]) -> bool:
    """Return whether the nodes are one test that looks at the value but once."""
    match outline:
        case (Check(many=None, test=test),) | (Listed(test=test, quick=None),):
            return len(_LOOK.findall(_TEXT.sub("", test.no))) == 1
        case (Listed(),):
            return True
    return False


def _narrowed(body: Iterable[Node]) -> tuple[Node, ...]:
    """Return the nodes with one check in place of two bounds that leave one size or one number."""
    kept: list[Node] = []
    for node in body:
        last = kept[-1] if kept else None
        if isinstance(node, Check) and isinstance(last, Check) and (last.keyword, node.keyword) in _BOUNDS:
            found = _between(last.test, node.test)
            if found is not None:
                kept[-1] = replace(last, test=found)
                continue
        kept.append(node)
    return tuple(kept)


_BOUNDS = tuple((f"min{what}", f"max{what}") for what in ("Items", "Length", "Properties", "imum"))


def _between(least: Test, most: Test) -> Test | None:
    """Return the test of one value for that of a lower and that of an upper bound, None if they are anything else."""
    below, _, low = least.no.partition(" < ")
    above, _, high = most.no.partition(" > ")
    if not low or (below, low) != (above, high):
        return None
    parts = {"what": Code(below), "bound": Code(low)}
    return Test(code("{what} == {bound}", **parts), code("{what} != {bound}", **parts))
