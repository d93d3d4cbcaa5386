"""The slow printer: the same nodes become code that goes on after a failure and tells every problem."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from codegen.checks.assemble import nodes
from codegen.checks.keywords import NOTHING, Constants
from codegen.checks.lines import Lines, f_string
from codegen.checks.nodes import (
    Apply,
    Check,
    Choice,
    Conditional,
    Contains,
    Each,
    Item,
    Items,
    Kinds,
    Member,
    Names,
    Negation,
    Never,
    Node,
    Required,
    Target,
    Test,
    When,
)
from codegen.checks.printer import ALWAYS, Functions, Printer, chosen, counted, has, tagged, unseen
from codegen.checks.program import Program
from codegen.escapes import Code, code, join
from codegen.escapes.python import literal
from codegen.ir import Subschema, escape_token

Parts = tuple[Code | str, ...]


class SlowPrinter(Printer):
    """Prints the nodes of one function that appends to `found`, with both locations of every problem."""

    def __init__(self, program: Program, functions: Functions, constants: Constants, lines: Lines) -> None:
        super().__init__(program, functions, constants, lines)
        self._at: Parts = (Code("at"),)
        self._via = ""
        self._home: Subschema | None = None
        self._path = ""
        self._found = Code("found")
        self._values: list[Code] = []

    @contextmanager
    def _moved(self, *, at: Parts = (), path: str = "", to: Subschema | None = None) -> Iterator[None]:
        """Print with deeper locations: of the instance, of the keyword, or at a subschema.

        One that the path did not lead to, but a reference, is the new home that the path goes on from.
        """
        before = self._at, self._via, self._home, self._path
        self._at, self._path = self._at + at, self._path + path
        if to is not None and not self._is_below(to):
            self._via, self._home, self._path = self._via + self._path, to, ""
        yield
        self._at, self._via, self._home, self._path = before

    def _is_below(self, subschema: Subschema) -> bool:
        """Return whether the path leads from home to the subschema, within one schema resource."""
        home = self._home
        if home is None or home.resource != subschema.resource:
            return False
        return subschema.location == home.location._replace(pointer=home.location.pointer + self._path)

    # Subschemas

    def subschema(self, target: Target, value: Code, seen: Code | None) -> None:
        """Print all that the target says of the value, in place."""
        with self._moved(to=self.program[target.location]), self.within(target, seen) as own:
            self._values.append(value)
            self.body(nodes(self.scope(target, value)), own)
            self._values.pop()

    def apply(self, target: Target, value: Code, seen: Code | None, at: Parts = ()) -> None:
        """Print the problems that the target finds in the value: in place, or by a call."""
        if not self.says(target, seen):
            return
        target = self.settled(target)
        with self._moved(at=at, path=target.path):
            if self.inlines(target):
                self.subschema(target, value, seen)
                return
            tracked = seen is not None and self.marks(target.location)
            parts = {
                "function": self.functions.problems(target, seen=tracked),
                "value": value,
                "at": f_string(*self._at),
                "via": f_string(Code("via"), self._via + self._path),
                "found": self._found,
                "seen": seen if tracked and seen is not None else Code(""),
            }
            call = "{function}({value}, {at}, {via}, {found}" + (", {seen})" if tracked else ")")
            self.lines.add(call, **parts)

    # Statements

    def tell(self, value: Code, keyword: str, message: Code) -> None:
        """Print that a keyword refuses the value; "" is the subschema `false` itself."""
        below = f"/{escape_token(keyword)}" if keyword else ""
        self._report("_runtime.tell", self._found, value, below, message)

    def _report(self, function: str, found: Code, value: Code, below: str, what: Code) -> None:
        """Print a call that tells a problem: where its home is, by the way and absolute, and the path from there."""
        if self._home is None:
            raise ValueError("no subschema is printed")
        base, _, pointer = self._home.uri.partition("#")
        self.lines.add(
            "{function}({found}, {value}, {at}, {via}, {uri}, {path}, {what})",
            function=Code(function),
            found=found,
            value=value,
            at=f_string(*self._at),
            via=f_string(Code("via"), self._via),
            uri=f_string(self.constants.uri(f"{base}#"), pointer),
            path=literal(self._path + below),
            what=what,
        )

    def require(self, test: Test, value: Code, keyword: str, message: Code) -> None:
        """Print that the test must hold, and what to tell if it does not."""
        with self.lines.block("if {test}:", test=test.no):
            self.tell(value, keyword, message)

    def body(self, body: tuple[Node, ...], seen: Code | None) -> None:
        """Print the nodes one after the other."""
        for node in body:
            self.node(node, seen)

    def node(self, node: Node, seen: Code | None) -> None:
        """Print one node."""
        match node:
            case Check():
                self.require(node.test, self._value, node.keyword, node.message)
            case Required():
                message = literal(f'must have the property "{node.name}"')
                self.require(has(node.value, node.name), node.value, "required", message)
            case Never():
                self.tell(self._value, "", literal("must not be there"))
            case When():
                with self.lines.block("if {test}:", test=node.test.yes):
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
            case _:
                self.array(node, seen)

    def array(self, node: Node, seen: Code | None) -> None:
        """Print one node that speaks of items, or looks at several verdicts."""
        match node:
            case Item():
                self.item(node, seen)
            case Items():
                self.items(node, seen)
            case Contains():
                self.contains(node, seen)
            case Choice():
                self.choice(node, seen)
            case Negation():
                message = literal("must not match what `not` says")
                self.require(self.verdict(node.target, node.value).flipped(), node.value, "not", message)
            case Conditional():
                self.conditional(node, seen)
            case _:
                raise TypeError(f"no code for {type(node).__name__}")

    @property
    def _value(self) -> Code:
        return self._values[-1]

    def kinds(self, node: Kinds, seen: Code | None) -> None:
        """Print nodes by the JSON type."""
        word = "if"
        for _, guard, body in node.cases:
            with self.lines.block(word + " {test}:", test=guard.yes):
                self.body(body, seen)
            word = "elif"
        if node.otherwise is not None:
            last = "else:" if node.otherwise.test is NOTHING else "elif {test}:"
            with self.lines.block(last, test=node.otherwise.test.no):
                self.tell(node.value, node.otherwise.keyword, node.otherwise.message)

    # Objects

    def member(self, node: Member, seen: Code | None) -> None:
        """Print a property."""
        name = literal(node.name)
        if not self.says(node.target) and seen is None:
            return
        with self.lines.block("if {name} in {value}:", name=name, value=node.value):
            if self.says(node.target):
                variable = self.lines.fresh(node.name)
                parts = {"variable": variable, "value": node.value, "name": name}
                self.lines.add("{variable} = {value}[{name}]", **parts)
                self.apply(node.target, variable, None, (f"/{escape_token(node.name)}",))
            if seen is not None:
                self.lines.add("{seen}.add({name})", seen=seen, name=name)

    def each(self, node: Each, seen: Code | None) -> None:
        """Print a loop over the properties that the node chooses."""
        if not self.says(node.target) and seen is None:
            return
        key, item = self.lines.fresh("key"), self.lines.fresh("item")
        with self.lines.block("for {key}, {item} in {value}.items():", key=key, item=item, value=node.value):
            choice = chosen(node, key, seen)
            if choice is ALWAYS:
                self._each_item(node, key, item, seen)
            else:
                with self.lines.block("if {choice}:", choice=choice.yes):
                    self._each_item(node, key, item, seen)

    def _each_item(self, node: Each, key: Code, item: Code, seen: Code | None) -> None:
        self.apply(node.target, item, None, ("/", code("_runtime.token({key})", key=key)))
        if seen is not None:
            self.lines.add("{seen}.add({key})", seen=seen, key=key)

    def names(self, node: Names) -> None:
        """Print a loop over the property names; the place of a bad name is its object."""
        if self.says(node.target):
            key = self.lines.fresh("name")
            with self.lines.block("for {key} in {value}:", key=key, value=node.value):
                self.apply(node.target, key, None)

    # Arrays

    def item(self, node: Item, seen: Code | None) -> None:
        """Print one item by its index."""
        if not self.says(node.target) and seen is None:
            return
        parts = {"value": node.value, "index": literal(node.index)}
        with self.lines.block("if len({value}) > {index}:", **parts):
            if self.says(node.target):
                item = self.lines.fresh("item")
                self.lines.add("{item} = {value}[{index}]", item=item, **parts)
                self.apply(node.target, item, None, (f"/{node.index}",))
            if seen is not None:
                self.lines.add("{seen}.add({index})", seen=seen, **parts)

    def items(self, node: Items, seen: Code | None) -> None:
        """Print a loop over the items from the start on, or over those that nothing has evaluated."""
        if self.says(node.target):
            index, item = self.lines.fresh("index"), self.lines.fresh("item")
            parts = {"index": index, "item": item, "value": node.value, "start": literal(node.start)}
            rest = "{value}[{start}:], {start}" if node.start else "{value}"
            with self.lines.block("for {index}, {item} in enumerate(" + rest + "):", **parts):
                if node.unseen and seen is not None:
                    with self.lines.block("if {test}:", test=unseen(index, seen).yes):
                        self.apply(node.target, item, None, ("/", index))
                else:
                    self.apply(node.target, item, None, ("/", index))
        if seen is not None:
            parts = {"seen": seen, "value": node.value, "start": literal(node.start)}
            self.lines.add("{seen}.update(range({start}, len({value})))", **parts)

    def contains(self, node: Contains, seen: Code | None) -> None:
        """Print a count of the items that are valid."""
        index, item = self.lines.fresh("index"), self.lines.fresh("item")
        matching = self.lines.fresh("matching")
        test = self.verdict(node.target, item).yes
        parts = {"m": matching, "i": index, "item": item, "v": node.value, "t": test}
        self.lines.add("{m} = [{i} for {i}, {item} in enumerate({v}) if {t}]", **parts)
        if seen is not None and node.evaluates:
            self.lines.add("{seen}.update({m})", seen=seen, m=matching)
        words = {
            "contains": f"must contain {_times(node.least)} that matches",
            "maxContains": f"must contain at most {node.most} items that match",
        }
        keywords = [*(["contains"] if node.least > 0 else []), *(["maxContains"] if node.most is not None else [])]
        for keyword, bound in zip(keywords, counted(node, code("len({m})", m=matching)), strict=True):
            self.require(bound, node.value, keyword, literal(words[keyword]))

    # Choices

    def choice(self, node: Choice, seen: Code | None) -> None:
        """Print a choice: the branches that hold are counted; if none does, the nearest one's problems are told."""
        if node.discriminator is not None:
            self._discriminated(node, seen)
            return
        matches = self.lines.fresh("matches")
        self.lines.add("{matches}: list[int] = []", matches=matches)
        for index, branch in enumerate(node.branches):
            self._try(branch, node.value, index, matches, seen)
        with self.lines.block("if not {matches}:", matches=matches):
            self._nearest(node)
        if node.exclusive:
            with self.lines.block("elif len({matches}) > 1:", matches=matches):
                message = f_string(
                    f"must match exactly one of {len(node.branches)} alternatives, but matches ", matches
                )
                self.tell(node.value, node.keyword, message)

    def _try(self, branch: Target, value: Code, index: int, matches: Code, seen: Code | None) -> None:
        test = self.verdict(branch, value)
        found = None
        if seen is not None and self.marks(branch.location):
            found = self.lines.fresh("evaluated")
            self.lines.add("{found}: set[str | int] = set()", found=found)
            test = self.call(branch, value, found)
        with self.lines.block("if {test}:", test=test.yes):
            self.lines.add("{matches}.append({index})", matches=matches, index=index)
            if found is not None and seen is not None:
                self.lines.add("{seen} |= {found}", seen=seen, found=found)

    def _nearest(self, node: Choice) -> None:
        outer, lists = self._found, []
        for branch in node.branches:
            self._found = self.lines.fresh("branch")
            lists.append(self._found)
            self.lines.add("{found}: list[_runtime.Problem] = []", found=self._found)
            self.apply(branch, node.value, None)
        self._found = outer
        branches = code("[{lists}]", lists=join(", ", lists))
        self._report("_runtime.nearest", outer, node.value, f"/{node.keyword}", branches)

    def _discriminated(self, node: Choice, seen: Code | None) -> None:
        if node.discriminator is None:
            raise ValueError("no discriminator")
        tag = self.lines.fresh(node.discriminator.name)
        name = literal(node.discriminator.name)
        self.lines.add("{tag} = {v}.get({name}) if type({v}) is dict else None", tag=tag, v=node.value, name=name)
        word = "if"
        for branch, values in zip(node.branches, node.discriminator.values, strict=True):
            with self.lines.block(word + " {test}:", test=tagged(tag, values)):
                self.apply(branch, node.value, seen)
            word = "elif"
        known = ", ".join(f'"{value}"' for values in node.discriminator.values for value in values)
        message = literal(f'must be an object whose property "{node.discriminator.name}" is one of {known}')
        with self.lines.block("else:"):
            self.tell(node.value, node.keyword, message)

    def conditional(self, node: Conditional, seen: Code | None) -> None:
        """Print a condition with its branches."""
        test = self.verdict(node.condition, node.value)
        found = None
        if seen is not None and self.marks(node.condition.location):
            found = self.lines.fresh("evaluated")
            self.lines.add("{found}: set[str | int] = set()", found=found)
            test = self.call(node.condition, node.value, found)
        with self.lines.block("if {test}:", test=test.yes):
            if found is not None and seen is not None:
                self.lines.add("{seen} |= {found}", seen=seen, found=found)
            if node.then is not None:
                self.apply(node.then, node.value, seen)
        if node.orelse is not None and self.says(node.orelse, seen):
            with self.lines.block("else:"):
                self.apply(node.orelse, node.value, seen)


def _times(least: int | float) -> str:
    return "an item" if least == 1 else f"at least {least} items"
