"""The printer of validators: nodes become straight-line code that stops at the first failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from ..analysis import Analysis
from ..keywords import Constants
from ..lower import nodes
from ..nodes import (
    Apply,
    Check,
    Choice,
    ClosedObject,
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
    When,
)
from . import passes
from .body import Body, Place
from .narrowing import Types, types_of
from .printer import (
    LONGEST,
    MOST_MEMBERS,
    Functions,
    Printer,
    are_disjoint,
    counted,
    has,
    has_count,
    item_of,
    tagged,
    unevaluated,
)
from .templates import expression, statement
from .tree import (
    ALWAYS,
    NOTHING,
    AnnAssign,
    Assign,
    Call,
    Expression,
    FunctionDef,
    IsSubset,
    Name,
    Not,
    Parameter,
    Return,
    Statement,
    Subscript,
    literal,
    negated,
    some,
)

Look = tuple[Expression, Expression | None]
"""A test of a value, and that value if the test looks at its type."""


class FastPrinter(Printer):
    """Prints the nodes of one function; `fail` is the statement for an instance that is not valid."""

    small = 6  # a call costs as much as looking at two properties
    looped = 40
    is_validator = True
    """Whether the function only returns if a value is valid: then it may look at texts together, and at types last."""

    def __init__(
        self, analysis: Analysis, functions: Functions, constants: Constants, lines: Body, fail: Statement
    ) -> None:
        super().__init__(analysis, functions, constants, lines)
        self.fail = fail
        self.name = ""
        self.parts: list[FunctionDef] = []
        """Functions that look at a part of the properties of an object with many, named after the function."""
        self._loop: Place | None = None  # where the outermost loop begins
        self._texts: dict[Expression, Name] = {}  # what it gathers, by the function that looks at it

    def subschema(self, target: Target, value: Expression, evaluated: Name | None, kind: str | None = None) -> None:
        """Print all that the target says of the value, in place; of what says nothing, that it is a JSON value."""
        if not self.says(target, evaluated):
            self.lines.add("_data.is_json({v})", v=value)
            return
        start = len(self.lines)
        with self.within(target, evaluated) as marked:
            self.body(nodes(self.scope(target, value), kind), marked)
        if len(self.lines) == start:  # what it says holds for every value
            self.lines.add("_data.is_json({v})", v=value)

    def apply(self, target: Target, value: Expression, evaluated: Name | None) -> None:
        """Print that the value is valid against the target: in place where that is short, else by a call."""
        if not self.says(target, evaluated):
            return
        target = self.settled(target)
        if self.inlines(target) and self.fits(target, value):
            self.subschema(target, value, evaluated)
        else:
            self.require(self.call(target, value, evaluated))

    # Statements

    def require(self, test: Expression, value: Expression | None = None, *, of_items: bool = False) -> None:
        """Print that the test must hold, which looks at the Python type of a value, or of its items."""
        if test == ALWAYS:
            return
        if test == NOTHING:
            self.refuse(value, of_items=of_items)
            return
        with self.lines.if_(negated(test)):
            self.refuse(value, of_items=of_items)

    def refuse(self, value: Expression | None = None, *, of_items: bool = False) -> None:
        """Print that the instance is not valid, if the type of the value is one that JSON data has by itself."""
        if value is None or not self.is_validator:
            self.lines.append(self.fail)
        elif of_items:
            self.lines.add("return _data.refused_items({v})", v=value)
        else:
            self.lines.add("return _data.refused({v})", v=value)

    def body(self, body: tuple[Node, ...], evaluated: Name | None) -> None:
        """Print the nodes one after the other."""
        of_validity = passes.OF_VALIDITY if self.is_validator else ()
        body = self.rewritten(body, passes.read_properties, passes.small_integers, *of_validity)
        for node in self.rewritten(self._parted(body, evaluated), passes.closed_objects):
            self.node(node, evaluated)

    def rewritten(self, body: tuple[Node, ...], *chosen: passes.Pass) -> tuple[Node, ...]:
        """Return what some passes make of nodes, but for those that are turned off."""
        for one in chosen:
            if one.__name__ in self.functions.passes:
                body = one(body, self)
        return body

    def _parted(self, body: tuple[Node, ...], evaluated: Name | None) -> tuple[Node, ...]:
        """Print calls that look at the properties of an object with many; return what is left to say."""
        members = [node for node in body if isinstance(node, Member) and node.value == _VALUE]
        if not self.is_validator or len(members) <= MOST_MEMBERS:
            return body
        for start in range(0, len(members), MOST_MEMBERS):
            arguments = [_VALUE, *([evaluated] if evaluated else []), *([self.memo] if self.memo else [])]
            part = self._part(members[start : start + MOST_MEMBERS], is_tracked=evaluated is not None)
            self.require(Call(part, tuple(arguments)))
        return tuple([node for node in body if not (isinstance(node, Member) and node.value == _VALUE)])

    def _part(self, members: Iterable[Member], *, is_tracked: bool) -> Name:
        """Return the name of a function that looks at some properties of the function's own value."""
        name = self.functions.claim(f"{self.name}_part")
        lines = Body("value", "evaluated", "memo")
        printer = FastPrinter(self.analysis, self.functions, self.constants, lines, self.fail)
        printer.memo, printer._stack = self.memo, list(self._stack)
        printer.learn(_VALUE, types_of(["object"]))
        for member in members:
            printer.member(member, EVALUATED.name if is_tracked else None)
        printer.finish()
        value = Parameter(_VALUE, expression("dict[str, _data.JSON]"))
        parameters = (value, *([EVALUATED] if is_tracked else []), *([MEMO] if self.memo else []))
        self.parts.append(FunctionDef(name, parameters, Name("bool"), lines.statements()))
        return name

    def finish(self, end: Sequence[Statement] = ()) -> None:
        """Print that the value is valid, after what else comes at the end, and that some errors mean no."""
        for each in (*end, Return(ALWAYS)):
            self.lines.append(each)
        if self.raises:
            self.lines.wrap(self.fail, *map(Name, sorted(self.raises)))

    def closed_object(self, node: ClosedObject, evaluated: Name | None) -> None:
        """Print the nodes, at last that the object has no more properties than there are named ones in it."""
        members = [each for each in node.body if isinstance(each, Member)]
        count, present = literal(len(members)), None
        if not all(each.required for each in members):
            present = self.lines.fresh("present")
            self.lines.append(AnnAssign(present, Name("int"), count))  # else pyright counts in literals
        for each in node.body:
            if isinstance(each, Member):
                self.member(each, evaluated, present)
            else:
                self.node(each, evaluated)
        self.require(has_count(node.value, present or count))

    def node(self, node: Node, evaluated: Name | None) -> None:
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
                self.lines.append(self.fail)
            case When():
                with self.lines.if_(node.test), self.supposing():
                    self.body(node.body, evaluated)
            case Kinds():
                self.kinds(node, evaluated)
            case Apply():
                self.apply(node.target, node.value, evaluated)
            case Member():
                self.member(node, evaluated)
            case Each():
                self.each(node, evaluated)
            case ClosedObject():
                self.closed_object(node, evaluated)
            case Names():
                self.names(node)
            case Item():
                self.item(node, evaluated)
            case Items():
                self.items(node, evaluated)
            case _:
                self.choosing(node, evaluated)

    def check(self, node: Check) -> None:
        """Print one check; within a loop, that the text is gathered which one call can look at with all others."""
        if node.many is None or not node.is_gathered or self._loop is None:
            self.require(node.test, node.value)
            return
        text, function = node.many
        if function not in self._texts:
            self._texts[function] = self.lines.fresh("texts")
            self.lines.insert(self._loop, "{texts}: list[str] = []", texts=self._texts[function])
        self.lines.add("{texts}.append({text})", texts=self._texts[function], text=text)

    def listed(self, node: Listed) -> None:
        """Print that the value is listed: quickly where a value without a hash may end the function."""
        if node.is_quick:
            self.raises.add("TypeError")
        self.require(node.test, node.value)

    @contextmanager
    def loop(self, item: Name, items: Expression) -> Iterator[None]:
        """Print a loop, and after the outermost what is said of the texts that were gathered."""
        is_outermost = self.is_validator and self._loop is None
        if is_outermost:
            self._loop = self.lines.place()
        with self.lines.for_(items, item):
            yield
        if is_outermost:
            for function, texts in self._texts.items():
                self.require(Call(function, (texts,)))
            self._loop, self._texts = None, {}

    def choosing(self, node: Node, evaluated: Name | None) -> None:
        """Print one node that looks at the validity against several subschemas."""
        match node:
            case Contains():
                self.contains(node, evaluated)
            case Choice():
                self.choice(node, evaluated)
            case Negation():
                self.require(negated(self.validity(node.target, node.value)), node.value)
                self.learn_from(node)
            case Conditional():
                self.conditional(node, evaluated)
            case _:
                raise TypeError(f"no code for {type(node).__name__}")

    def kinds(self, node: Kinds, evaluated: Name | None) -> None:
        """Print nodes by the JSON type: a guard and its body, or a chain of cases."""
        if len(node.cases) == 1 and node.otherwise is not None and node.otherwise.test == NOTHING:
            kind, guard, body = node.cases[0]
            self.require(guard, node.value)
            self.learn(node.value, types_of([kind]))
            self.body(body, evaluated)
            return
        cases = [case for case in node.cases if not types_of([case[0]]).isdisjoint(self.types(node.value))]
        opened = self.lines.if_
        for kind, guard, body in cases:
            with opened(guard), self.supposing(node.value, types_of([kind])):
                self.body(body, evaluated)
            opened = self.lines.elif_
        self._other_kinds(node, is_only=not cases)
        self.learn_from(node)

    def _other_kinds(self, node: Kinds, *, is_only: bool) -> None:
        """Print what is said of a value of no case's type; of all values, if there `is_only` that."""
        if node.otherwise is None:
            with nullcontext() if is_only else self.lines.else_():
                self.lines.add("_data.is_json({v})", v=node.value)
            return
        if node.otherwise.test == NOTHING:
            with self.lines.else_():
                self.refuse(node.value)
            return
        with self.lines.elif_(negated(node.otherwise.test)):
            self.refuse(node.value)

    # Objects

    def member(self, node: Member, evaluated: Name | None, present: Name | None = None) -> None:
        """Print a property: read once, and looked for by name only where reading its value does not show it.

        `present` is the count of properties that are there, one less for each that is not.
        """
        self.is_full = len(self.lines) > LONGEST
        is_gathering = self._loop is not None
        more = node.required, evaluated, present
        key = None if is_gathering else self.key(node.target, node.value, node.name, *more)
        self.repeated(key, lambda: self._member(node, evaluated, present))

    def _member(self, node: Member, evaluated: Name | None, present: Name | None) -> None:
        if self.is_never(node.target):
            self.require(negated(has(node.value, node.name)))
            return
        if not self.says(node.target):
            self._unread(node, evaluated, None if node.required else present)
            return
        target = self.settled(node.target)
        (looked,) = self.rewritten((node,), passes.looks_in_place)
        short = self._one_look(node, target) if isinstance(looked, Member) and looked.in_place else None
        there = has(node.value, node.name)
        if node.required:
            self.raises.add("KeyError")
            self._value(node, target, short, evaluated)
        elif short is not None and evaluated is None and present is None:
            test, looked_at = short
            self.require(some([negated(there), test]), looked_at)
        else:
            with self.lines.if_(there), self.supposing():
                self._value(node, target, short, evaluated)
            if present is not None:
                with self.lines.else_():
                    self.lines.add("{present} -= 1", present=present)

    def _unread(self, node: Member, evaluated: Name | None, present: Name | None) -> None:
        """Print whether a property is there that can have any value."""
        test = has(node.value, node.name)
        if evaluated is not None:
            with self.lines.if_(test):
                self.lines.add("{evaluated}.add({name})", evaluated=evaluated, name=literal(node.name))
        if present is not None:
            with self.lines.if_(negated(test)):
                self.lines.add("{present} -= 1", present=present)

    def _value(self, node: Member, target: Target, short: Look | None, evaluated: Name | None) -> None:
        """Print what is said of the value of a property that is there: a test that looks but once, or statements."""
        at = item_of(node.value, node.name)
        if short is not None:
            self.require(*short)
            self.learn(at, self.outcome(target).holds)
        else:
            variable = self.lines.fresh(node.name)
            self.lines.append(Assign((variable,), at))
            self.learn(variable, self.types(at))
            self.apply(target, variable, None)
        if evaluated is not None:
            self.lines.add("{evaluated}.add({name})", evaluated=evaluated, name=literal(node.name))

    def _one_look(self, node: Member, target: Target) -> Look | None:
        """Return the test of a property's value that looks at it but once."""
        value = item_of(node.value, node.name)
        if not self.stands_here(target, node):
            return self.call(target, value, None), None
        match self.rewritten(nodes(self.scope(target, value)), *(passes.OF_VALIDITY if self.is_validator else ())):
            case (Check(test=test),):
                return test, value
            case (Listed() as listed,):
                if listed.is_quick:
                    self.raises.add("TypeError")
                return listed.test, value
        return None

    def stands_here(self, target: Target, node: Member) -> bool:
        """Return whether the code for a property stands in its caller's, and all its comparisons can hold there."""
        return self.inlines(target) and self.fits(target, item_of(node.value, node.name))

    def each(self, node: Each, evaluated: Name | None) -> None:
        """Print a loop over the properties that the node chooses."""
        if passes.closes(node, self):
            self.require(IsSubset(expression("{value}.keys()", value=node.value), self.names_of(node)))
            return
        says, refuses = self.says(node.target), self.is_never(node.target)
        key = self.lines.fresh("key")
        choice = self.chosen(node, key, evaluated)
        if not says and (evaluated is None or choice == ALWAYS or node.unevaluated):
            self.mark_all(node.value, evaluated)
            return
        if says and not refuses and choice == ALWAYS and evaluated is None:
            item = self.lines.fresh("item")
            loop = self.lines.for_(expression("{value}.values()", value=node.value), item)
        elif says and not refuses:
            item = self.lines.fresh("item")
            loop = self.lines.for_(expression("{value}.items()", value=node.value), key, item)
        else:
            item = key
            loop = self.lines.for_(node.value, key)
        with loop:
            mark = None if evaluated is None else statement("{evaluated}.add({key})", evaluated=evaluated, key=key)
            self._guarded(choice, node.target, item, mark)

    def _guarded(self, choice: Expression, target: Target, item: Name, mark: Statement | None) -> None:
        """Print what is said of one item of a loop, behind the test that chooses it."""
        if choice != ALWAYS:
            with self.lines.if_(choice):
                self._guarded(ALWAYS, target, item, mark)
            return
        self.apply(target, item, None)
        if mark is not None and self.analysis[target.location].boolean is not False:
            self.lines.append(mark)

    def mark_all(self, value: Expression, evaluated: Name | None) -> None:
        """Print that every property of the object is evaluated."""
        if evaluated is not None:
            self.lines.add("{evaluated}.update({value})", evaluated=evaluated, value=value)

    def names(self, node: Names) -> None:
        """Print a loop over the property names."""
        if self.analysis[node.target.location].boolean is False:
            self.require(Not(node.value))
            return
        if self.says(node.target):
            key = self.lines.fresh("name")
            with self.lines.for_(node.value, key):
                self.apply(node.target, key, None)

    # Arrays

    def item(self, node: Item, evaluated: Name | None) -> None:
        """Print one item by its index."""
        if not self.says(node.target) and evaluated is None:
            return
        value, index = node.value, literal(node.index)
        with self.lines.if_(expression("len({value}) > {index}", value=value, index=index)), self.supposing():
            if self.says(node.target):
                item = self.lines.fresh("item")
                self.lines.append(Assign((item,), Subscript(value, index)))
                self.apply(node.target, item, None)
            if evaluated is not None:
                self.lines.add("{evaluated}.add({index})", evaluated=evaluated, index=index)

    def items(self, node: Items, evaluated: Name | None) -> None:
        """Print a loop over the items from the start on, or over those that nothing has evaluated."""
        boolean = self.analysis[node.target.location].boolean
        if boolean is False and not node.unevaluated:
            self.require(expression("len({v}) <= {n}", v=node.value, n=node.start))
        elif self.says(node.target):
            self._items_loop(node, evaluated)
        if evaluated is not None and boolean is not False:
            self.lines.add("{evaluated}.update(range({n}, len({v})))", evaluated=evaluated, n=node.start, v=node.value)

    def _items_loop(self, node: Items, evaluated: Name | None) -> None:
        if node.unevaluated and evaluated is not None:
            index, item = self.lines.fresh("index"), self.lines.fresh("item")
            with self.lines.for_(expression("enumerate({v})", v=node.value), index, item):
                self._guarded(unevaluated(index, evaluated), node.target, item, None)
            return
        rest = node.value if node.start == 0 else expression("{v}[{n}:]", v=node.value, n=node.start)
        self.each_item(replace(node, value=rest), lambda target, item: self.apply(target, item, None))

    def each_item(self, node: Items, say: Callable[[Target, Name], None]) -> None:
        """Print what is said of every item, in a loop, unless a proof of all of them holds."""
        if node.proof is None:
            self._each_in_turn(node, say)
            return
        wanted = tuple(map(literal, node.proof))
        proof = expression("_integers.are_small_integers({v}, {wanted})", v=node.value, wanted=wanted)
        with self.lines.if_(negated(proof)):
            self._each_in_turn(node, say)

    def _each_in_turn(self, node: Items, say: Callable[[Target, Name], None]) -> None:
        item = self.lines.fresh("item")
        with self.loop(item, node.value):
            say(node.target, item)

    def contains(self, node: Contains, evaluated: Name | None) -> None:
        """Print a count of the items that are valid."""
        marking = evaluated is not None and node.evaluates
        if node.least == 0 and node.most is None and not marking:
            return
        item = self.lines.fresh("item")
        test = self.validity(node.target, item)
        if test == NOTHING:  # and the count is 0
            if node.least > 0:
                self.refuse(node.value, of_items=True)
            return
        if marking and evaluated is not None:
            count = self._marked_count(node, test, item, evaluated)
        else:
            counting = "len({v})" if test == ALWAYS else "sum(1 for {i} in {v} if {t})"
            count = expression(counting, i=item, v=node.value, t=test)
        for bound in counted(node, count):
            self.require(bound, node.value, of_items=True)

    def _marked_count(self, node: Contains, test: Expression, item: Name, evaluated: Name) -> Expression:
        index, matching = self.lines.fresh("index"), self.lines.fresh("matching")
        parts = {"m": matching, "i": index, "item": item, "v": node.value, "t": test}
        self.lines.add("{m} = [{i} for {i}, {item} in enumerate({v}) if {t}]", **parts)
        self.lines.add("{evaluated}.update({m})", evaluated=evaluated, m=matching)
        return expression("len({m})", m=matching)

    # Choices

    def choice(self, node: Choice, evaluated: Name | None) -> None:
        """Print a choice: by its discriminator, by trying each branch, or by counting those that hold."""
        if node.discriminator is not None:
            if self.types(node.value).isdisjoint(types_of(["object"])):
                self.refuse(node.value)
            else:
                self._discriminated(node, evaluated)
        else:
            self._undiscriminated(node, evaluated)
        self.learn(node.value, self._of_one(node.branches))

    def _of_one(self, branches: Iterable[Target]) -> Types:
        """Return the types of a value that is valid against one of some branches."""
        return frozenset().union(*(self.outcome(branch).holds for branch in branches))

    def _undiscriminated(self, node: Choice, evaluated: Name | None) -> None:
        if evaluated is not None and any(self.marks(branch.location) for branch in node.branches):
            self._tracked_choice(node, evaluated)
            return
        if not node.exclusive or are_disjoint(self.analysis, node):
            self.require(self._one_of(node), node.value)
            return
        validities = tuple([self.validity(branch, node.value) for branch in node.branches])
        with self.lines.if_(expression("[{validities}].count(True) != 1", validities=validities)):
            self.refuse(node.value)

    def _one_of(self, node: Choice) -> Expression:
        """Return the test that one of the branches holds, each tried only if those before it do not."""
        validities: list[Expression] = []
        with self.supposing():
            for branch in node.branches:
                validities.append(self.validity(branch, node.value))
                self.learn(node.value, self.outcome(branch).fails)
        return some(validities)

    def _discriminated(self, node: Choice, evaluated: Name | None) -> None:
        if node.discriminator is None:
            raise ValueError("no discriminator")
        tag = self.tag(node)
        opened = self.lines.if_
        for branch, values in zip(node.branches, node.discriminator.values, strict=True):
            with opened(tagged(tag, values)), self.supposing():
                self.apply(branch, node.value, evaluated)
            opened = self.lines.elif_
        with self.lines.else_():
            self.refuse(node.value)

    def tag(self, node: Choice) -> Name:
        """Print the reading of the discriminating property; return its variable."""
        if node.discriminator is None:
            raise ValueError("no discriminator")
        tag = self.lines.fresh(node.discriminator.name)
        parts = {"tag": tag, "v": node.value, "name": literal(node.discriminator.name)}
        self.lines.add("{tag} = {v}.get({name}) if type({v}) is dict else None", **parts)
        return tag

    def _tracked_choice(self, node: Choice, evaluated: Name) -> None:
        """Print a choice of which every branch that holds counts for what is evaluated."""
        matches = self.lines.fresh("matches")
        self.lines.add("{matches} = 0", matches=matches)
        for branch in node.branches:
            by_branch = self.lines.fresh("evaluated_here")
            self.lines.add("{marked}: set[str | int] = set()", marked=by_branch)
            with self.lines.if_(self._tracked(branch, node.value, by_branch)):
                self.lines.add("{matches} += 1", matches=matches)
                self.lines.add("{evaluated} |= {marked}", evaluated=evaluated, marked=by_branch)
        with self.lines.if_(expression("{m} != 1" if node.exclusive else "{m} == 0", m=matches)):
            self.refuse(node.value)

    def _tracked(self, target: Target, value: Expression, evaluated: Name) -> Expression:
        if self.marks(target.location):
            return self.call(target, value, evaluated)
        return self.validity(target, value)

    def conditional(self, node: Conditional, evaluated: Name | None) -> None:
        """Print a condition with its branches."""
        by_condition = None
        if evaluated is not None and self.marks(node.condition.location):
            by_condition = self.lines.fresh("evaluated_here")
            self.lines.add("{marked}: set[str | int] = set()", marked=by_condition)
            test = self.call(node.condition, node.value, by_condition)
        elif any(branch and self.says(branch, evaluated) for branch in (node.then, node.orelse)):
            test = self.validity(node.condition, node.value)
        else:
            return
        outcome = self.outcome(node.condition)
        with self.lines.if_(test), self.supposing(node.value, outcome.holds):
            if by_condition is not None and evaluated is not None:
                self.lines.add("{evaluated} |= {marked}", evaluated=evaluated, marked=by_condition)
            if node.then is not None:
                self.apply(node.then, node.value, evaluated)
        if node.orelse is not None and self.says(node.orelse, evaluated):
            with self.lines.else_(), self.supposing(node.value, outcome.fails):
                self.apply(node.orelse, node.value, evaluated)


_VALUE = Name("value")
EVALUATED = Parameter(Name("evaluated"), expression("set[str | int]"))
"""The parameter for what was evaluated."""
MEMO = Parameter(Name("memo"), expression("dict[object, set[str | int] | None]"))
"""The parameter for what is remembered while one instance is validated."""
