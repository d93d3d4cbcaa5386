"""Regular expressions of ECMA-262: a syntax tree, or the reason why a text is not one.

The grammar is that of the 16th edition (June 2025), section 22.2.1, read in one of three ways (`Syntax`). Parsing
takes time linear in the text and does not recurse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cache

MAX_DEPTH = 250  # groups within groups; a deeper pattern is refused


class Syntax(Enum):
    """How a pattern is read: with the flag `u`, without it, or without it as browsers do (annex B.1.4)."""

    UNICODE = "u"
    PLAIN = ""
    LEGACY = "annex B"


class PatternError(ValueError):
    """The text is not a pattern; `reason` says why, `position` where."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"{reason} (at {position})")
        self.reason = reason
        self.position = position


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a pattern, which is `text[start:end]`.

    What stands for characters or asserts something knows the modifiers around it: `flags` has `i`, `m` and `s`, and
    beside an `i` the `u` with which the pattern was read, since that decides which characters differ in case only.
    """

    start: int
    end: int
    flags: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """Characters that stand for themselves, or one escaped character."""

    text: str


@dataclass(frozen=True, slots=True)
class AnyCharacter(Node):
    """The dot: any character but a line terminator."""


@dataclass(frozen=True, slots=True)
class ClassEscape(Node):
    r"""One of `\d \D \s \S \w \W`, by its letter."""

    letter: str


@dataclass(frozen=True, slots=True)
class Property(Node):
    r"""`\p{...}` or `\P{...}`, with long names: `General_Category`, `Script`, `Script_Extensions` or a binary one."""

    name: str
    value: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Range(Node):
    """The code points from `first` to `last` within a character class."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class CharacterClass(Node):
    """`[...]` or `[^...]`."""

    items: tuple[Range | ClassEscape | Property, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Assertion(Node):
    r"""One of `^`, `$`, `\b` and `\B`; `kind` is its last character."""

    kind: str


@dataclass(frozen=True, slots=True)
class BackReference(Node):
    """What the capturing group with this number matched; of several groups with one name, the one that matched."""

    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group(Node):
    """A group; `number` is 0 if it does not capture, `name` is "" if it has none."""

    body: Node
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Look(Node):
    """A lookahead or lookbehind."""

    body: Node
    behind: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class Repeat(Node):
    """The body at least `low` and at most `high` times (None: without end)."""

    body: Node
    low: int
    high: int | None
    lazy: bool


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """One item after the other; none at all is the empty pattern."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternation(Node):
    """One of several options, tried in order."""

    options: tuple[Node, ...]


def parse(text: str, syntax: Syntax = Syntax.UNICODE) -> Node:
    """Return the syntax tree of a pattern; raise PatternError if it is not one."""
    return _Parser(text, syntax).parse()


def is_valid(text: str) -> bool:
    """Return whether the text is a pattern with the flag `u` or without it; annex B does not count."""
    for syntax in (Syntax.UNICODE, Syntax.PLAIN):
        try:
            parse(text, syntax)
        except PatternError:
            if "\\" not in text:
                return False  # the two differ in nothing but escapes
            continue
        return True
    return False


class _Open:
    """A group that is not closed yet (or the pattern itself): its options so far and the items of the last one."""

    __slots__ = ("at", "first", "flags", "here", "items", "name", "names", "number", "opener", "options", "start")

    def __init__(self, opener: str, start: int, at: int, number: int = 0, name: str = "", flags: str = "") -> None:
        self.opener = opener
        self.start = start
        self.flags = flags  # the modifiers within it
        self.names: set[str] = set()  # of the groups in its options
        self.here: set[str] = set()  # of those in its last option
        self.first = at  # where its body begins
        self.at = at  # where its last option begins
        self.number = number
        self.name = name
        self.options: list[Node] = []
        self.items: list[Node] = []

    def next_option(self, end: int) -> None:
        """End the last option before `end`, where a bar or a closing bracket is."""
        whole = len(self.items) == 1 and (self.items[0].start, self.items[0].end) == (self.at, end)
        self.options.append(self.items[0] if whole else Sequence(self.at, end, tuple(self.items)))
        self.items = []
        self.at = end + 1
        self.names |= self.here
        self.here = set()

    def take_names(self, closed: _Open) -> None:
        """Add the names of a group in the last option; refuse one of a group that can match beside another of it."""
        if closed.name in closed.names or not self.here.isdisjoint(closed.names | {closed.name} - {""}):
            raise PatternError("two groups that can both match have one name", closed.start)
        self.here |= closed.names | {closed.name} - {""}

    def body(self, end: int) -> Node:
        """Return what stands in it, which ends before `end`."""
        self.next_option(end)
        if len(self.options) == 1:
            return self.options[0]
        return Alternation(self.first, end, tuple(self.options))


@cache
def _token(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


_PLAIN_RUN = r"[^\\^$.*+?()\[\]{}|]+"
_QUANTIFIER = r"(?:([*+?])|\{([0-9]+)(?:(,)([0-9]*))?\})(\??)"
_PROPERTY = r"\{(?:([A-Za-z_]+)=)?([A-Za-z0-9_]+)\}"
_LOOK_OPENERS = ("(?=", "(?!", "(?<=", "(?<!")
_MODIFIERS = r"\(\?([ims]*)(-[ims]*)?:"
_CONTROL = {"f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_MANY = 2**53  # a count this large or larger is read as this


class _Parser:
    def __init__(self, text: str, syntax: Syntax) -> None:
        self.text = text
        self.unicode = syntax is Syntax.UNICODE
        self.legacy = syntax is Syntax.LEGACY
        self.at = 0
        self.opened = 0
        self.flags = ""
        self.groups, self.names = self._count_groups()

    # Groups

    def parse(self) -> Node:
        stack = [_Open("", 0, 0)]
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == "(":
                if len(stack) > MAX_DEPTH:
                    raise PatternError(f"more than {MAX_DEPTH} groups within each other", self.at)
                stack.append(self._open())
                self.flags = stack[-1].flags
            elif character == "|":
                stack[-1].next_option(self.at)
                self.at += 1
            elif character == ")":
                if len(stack) == 1:
                    raise PatternError("`)` without `(`", self.at)
                closed = stack.pop()
                node = self._close(closed)
                self.flags = stack[-1].flags
                stack[-1].take_names(closed)
                stack[-1].items.append(self._quantified(node))
            else:
                stack[-1].items.extend(self._terms(character))
        if len(stack) > 1:
            raise PatternError("`(` without `)`", stack[-1].start)
        return stack[0].body(self.at)

    def _open(self) -> _Open:
        start = self.at
        for opener in _LOOK_OPENERS:
            if self.text.startswith(opener, start):
                self.at += len(opener)
                return _Open(opener, start, self.at, flags=self.flags)
        modifiers = _token(_MODIFIERS).match(self.text, start)
        if modifiers is not None:
            self.at = modifiers.end()
            return _Open("(?:", start, self.at, flags=self._modified(modifiers))
        name = ""
        self.at += 1
        if self.text.startswith("?<", self.at):
            self.at += 2
            name = self._name()
        elif self.text.startswith("?", self.at):
            raise PatternError("an unknown kind of group after `(?`", start)
        self.opened += 1
        return _Open("(", start, self.at, self.opened, name, self.flags)

    def _modified(self, modifiers: re.Match[str]) -> str:
        """Return the flags within a group that adds some and takes others away, as `(?i-s:` does."""
        added, taken = modifiers[1], (modifiers[2] or "")[1:]
        if modifiers[2] == "-" and not added:
            raise PatternError("a group's modifiers are missing", modifiers.start())
        if len(set(added + taken)) < len(added + taken):
            raise PatternError("a group has one modifier twice", modifiers.start())
        left = (set(self.flags) - {"u"} | set(added)) - set(taken)
        return "".join(sorted(left | {"u"} if self.unicode and "i" in left else left))

    def _close(self, opened: _Open) -> Node:
        body = opened.body(self.at)
        self.at += 1
        if opened.opener in ("(", "(?:"):
            return Group(opened.start, self.at, body, opened.number, opened.name)
        return Look(opened.start, self.at, body, "<" in opened.opener, "!" in opened.opener)

    def _count_groups(self) -> tuple[int, dict[str, tuple[int, ...]]]:
        """Return the number of capturing groups and the numbers of the named ones."""
        count = 0
        names: dict[str, list[int]] = {}
        # An escape, a whole class (an open one runs to the end) or the start of a capturing group.
        skipped = r"\\.|\[(?:[^\]\\]|\\(?:.|\Z))*(?:\]|\Z)|\((?!\?)|\(\?<(?![=!])"
        for match in _token(skipped).finditer(self.text):
            if match[0][0] != "(":
                if match[0][0] == "[" and match[0][-1] != "]":
                    raise PatternError("`[` without `]`", match.start())
                continue
            count += 1
            if match[0] != "(":
                self.at = match.end()
                names.setdefault(self._name(), []).append(count)
        self.at = 0
        return count, {name: tuple(numbers) for name, numbers in names.items()}

    def _name(self) -> str:
        """Return a group's name; what follows its `<` up to the `>` is read."""
        start = self.at
        characters: list[str] = []
        while not self.text.startswith(">", self.at):
            if self.at >= len(self.text):
                raise PatternError("a group's name without `>`", start)
            character = self.text[self.at]
            self.at += 1
            if character == "\\":
                if not self.text.startswith("u", self.at):
                    raise PatternError("a group's name has an escape other than `\\u`", start)
                self.at += 1
                character = self._unicode_escape(braces=True)
            if not _may_name(character, first=not characters):
                raise PatternError("a group's name is not an identifier", start)
            characters.append(character)
        self.at += 1
        if not characters:
            raise PatternError("a group's name is empty", start)
        return "".join(characters)

    # Terms

    def _terms(self, character: str) -> list[Node]:
        """Return the next atom or assertion with its quantifier; of a run of characters the last one has it."""
        start = self.at
        run = None if character in "^$.[\\" else _token(_PLAIN_RUN).match(self.text, start)
        if run is not None:
            end = run.end()
            if end == len(self.text) or self.text[end] not in "*+?{" or end - start == 1:
                self.at = end
                return [self._quantified(Literal(start, end, run[0], flags=self.flags))]
            self.at = end
            last = self._quantified(Literal(end - 1, end, run[0][-1], flags=self.flags))
            return [Literal(start, end - 1, run[0][:-1], flags=self.flags), last]
        self.at += 1
        if character in "^$":
            return [Assertion(start, self.at, character, flags=self.flags)]
        if character == ".":
            return [self._quantified(AnyCharacter(start, self.at, flags=self.flags))]
        if character == "[":
            return [self._quantified(self._character_class(start))]
        if character == "\\":
            return [self._quantified(self._atom_escape(start))]
        return [self._quantified(self._bracket(start, character))]

    def _bracket(self, start: int, character: str) -> Node:
        """Return a bracket that annex B takes for itself; a quantifier has nothing to repeat here."""
        if character in "*+?" or _token(_QUANTIFIER).match(self.text, start):
            raise PatternError("nothing to repeat", start)
        if not self.legacy:
            raise PatternError(f"`{character}` must be escaped", start)
        return Literal(start, self.at, character, flags=self.flags)

    def _quantified(self, atom: Node) -> Node:
        if self._peek() not in ("*", "+", "?", "{"):
            return atom
        match = _token(_QUANTIFIER).match(self.text, self.at)
        if match is None:
            return atom
        fixed = isinstance(atom, Assertion) or (isinstance(atom, Look) and (atom.behind or not self.legacy))
        if fixed:
            raise PatternError("nothing to repeat", self.at)
        low, high = _bounds(match)
        if high is not None and low > high:
            raise PatternError("a quantifier's numbers are out of order", self.at)
        self.at = match.end()
        return Repeat(atom.start, self.at, atom, _number(low), None if high is None else _number(high), bool(match[5]))

    # Escapes

    def _atom_escape(self, start: int) -> Node:
        letter = self._peek()
        if letter in ("b", "B"):
            self.at += 1
            return Assertion(start, self.at, letter, flags=self.flags)
        if letter != "" and letter in "123456789":
            number = self._group_number()
            if number:
                return BackReference(start, self.at, (number,), flags=self.flags)
        if letter == "k" and (self.unicode or self.names or not self.legacy):
            self.at += 1
            if not self._take("<"):
                raise PatternError("`\\k` without a group's name", start)
            name = self._name()
            if name not in self.names:
                raise PatternError(f"no group has the name {name!r}", start)
            return BackReference(start, self.at, self.names[name], flags=self.flags)
        escape = self._set_escape(start)
        if escape is not None:
            return escape
        character = self._character_escape(start, in_class=False)
        return Literal(start, self.at, character, flags=self.flags)

    def _group_number(self) -> int:
        """Return the number after a backslash if there is such a group; 0 if annex B reads it as something else."""
        match = _token("[0-9]+").match(self.text, self.at)
        digits = match[0] if match else ""
        if len(digits) <= len(str(self.groups)) and int(digits) <= self.groups:
            self.at += len(digits)
            return int(digits)
        if self.legacy:
            return 0
        raise PatternError(f"there is no group {digits[:20]}", self.at)

    def _set_escape(self, start: int) -> ClassEscape | Property | None:
        letter = self._peek()
        if letter != "" and letter in "dDsSwW":
            self.at += 1
            return ClassEscape(start, self.at, letter, flags=self.flags)
        if letter not in ("p", "P") or not self.unicode:
            return None
        match = _token(_PROPERTY).match(self.text, self.at + 1)
        names = _property(match[1] or "", match[2]) if match else None
        if match is None or names is None:
            raise PatternError("an unknown Unicode property", start)
        self.at = match.end()
        return Property(start, self.at, names[0], names[1], letter == "P", flags=self.flags)

    def _character_escape(self, start: int, in_class: bool) -> str:
        letter = self._peek()
        if letter == "":
            raise PatternError("a backslash at the end", start)
        self.at += 1
        if letter in _CONTROL:
            return _CONTROL[letter]
        if letter == "c":
            return self._control_letter(start, in_class)
        if letter in "01234567" and self.legacy:
            return self._octal()
        if letter == "0" and self._peek() not in tuple("0123456789"):
            return "\0"
        if letter in "xu":
            return self._hexadecimal(start, letter)
        return self._identity(start, letter, in_class)

    def _control_letter(self, start: int, in_class: bool) -> str:
        letter = self._peek()
        if _token("[A-Za-z]").match(letter) or (self.legacy and in_class and _token("[0-9_]").match(letter)):
            self.at += 1
            return chr(ord(letter) % 32)
        if self.legacy:
            self.at -= 1  # the backslash stands for itself, the `c` is read again
            return "\\"
        raise PatternError("`\\c` without a letter", start)

    def _octal(self) -> str:
        match = _token("[0-3][0-7]{0,2}|[4-7][0-7]?").match(self.text, self.at - 1)
        digits = match[0] if match else "0"
        self.at += len(digits) - 1
        return chr(int(digits, 8))

    def _hexadecimal(self, start: int, letter: str) -> str:
        if letter == "u" and (self.unicode or not self.text.startswith("{", self.at)):
            return self._unicode_escape(braces=self.unicode)
        match = _token("[0-9A-Fa-f]{2}").match(self.text, self.at)
        if letter == "x" and match is not None:
            self.at = match.end()
            return chr(int(match[0], 16))
        return self._identity(start, letter, in_class=False)

    def _unicode_escape(self, braces: bool) -> str:
        r"""Return the character of what follows `\u`; two escapes that make a surrogate pair are one character."""
        match = _token(r"\{0*([0-9A-Fa-f]{1,6})\}").match(self.text, self.at) if braces else None
        if match is not None and int(match[1], 16) <= 0x10FFFF:
            self.at = match.end()
            return chr(int(match[1], 16))
        pair = _token(r"([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})").match(self.text, self.at)
        if pair is not None:
            self.at = pair.end()
            return chr(0x10000 + (int(pair[1], 16) - 0xD800) * 0x400 + int(pair[2], 16) - 0xDC00)
        match = _token("[0-9A-Fa-f]{4}").match(self.text, self.at)
        if match is not None:
            self.at = match.end()
            return chr(int(match[0], 16))
        return self._identity(self.at - 2, "u", in_class=False)

    def _identity(self, start: int, letter: str, in_class: bool) -> str:
        if self.unicode:
            allowed = letter in "^$\\.*+?()[]{}|/" or (in_class and letter == "-")
        elif self.legacy:
            allowed = letter != "k" or not self.names
        else:
            allowed = not f"a{letter}".isidentifier()
        if not allowed:
            raise PatternError(f"`\\{letter}` is not an escape", start)
        return letter

    # Character classes

    def _character_class(self, start: int) -> CharacterClass:
        negated = self._take("^")
        items: list[Range | ClassEscape | Property] = []
        while not self._take("]"):
            run = _token(r"[^\\\]-]+(?!-)").match(self.text, self.at)
            if run is not None:
                points = enumerate(map(ord, run[0]), self.at)
                items.extend(Range(at, at + 1, point, point) for at, point in points)
                self.at = run.end()
                continue
            first = self._class_atom(start)
            if self._peek() != "-" or self.text.startswith("-]", self.at):
                items.append(first)
                continue
            self.at += 1
            dash = Range(self.at - 1, self.at, 0x2D, 0x2D)
            last = self._class_atom(start)
            if isinstance(first, Range) and isinstance(last, Range):
                if first.first > last.first:
                    raise PatternError("a range's ends are out of order", first.start)
                items.append(Range(first.start, last.end, first.first, last.first))
            elif self.legacy:
                items.extend((first, dash, last))
            else:
                raise PatternError("a range's end is a set of characters", first.start)
        return CharacterClass(start, self.at, tuple(items), negated, flags=self.flags)

    def _class_atom(self, class_start: int) -> Range | ClassEscape | Property:
        start = self.at
        character = self._peek()
        if character == "":
            raise PatternError("`[` without `]`", class_start)
        self.at += 1
        if character == "\\":
            escape = self._set_escape(start)
            if escape is not None:
                return escape
            character = "\b" if self._take("b") else self._character_escape(start, in_class=True)
        return Range(start, self.at, ord(character), ord(character))

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self, character: str) -> bool:
        taken = self.text.startswith(character, self.at)
        self.at += taken
        return taken


def _may_name(character: str, first: bool) -> bool:
    if character == "$":
        return True
    return character.isidentifier() if first else f"a{character}".isidentifier() or character in "\u200c\u200d"


def _bounds(quantifier: re.Match[str]) -> tuple[tuple[int, str], tuple[int, str] | None]:
    """Return the least and the greatest count, in a form that compares rightly whatever their length."""
    if quantifier[1]:
        low, high = {"*": ("0", ""), "+": ("1", ""), "?": ("0", "1")}[quantifier[1]]
    else:
        low = quantifier[2]
        high = quantifier[4] if quantifier[3] else low
    low, greatest = low.lstrip("0"), high.lstrip("0")
    return (len(low), low), (len(greatest), greatest) if high else None


def _number(digits: tuple[int, str]) -> int:
    return min(int(digits[1] or "0"), _MANY) if digits[0] < 20 else _MANY


# Unicode properties: ECMA-262, tables 54 to 56, and PropertyValueAliases of Unicode 18; a long name, then its others

_CATEGORIES = """
Cased_Letter=LC Close_Punctuation=Pe Connector_Punctuation=Pc Control=Cc=cntrl Currency_Symbol=Sc
Dash_Punctuation=Pd Decimal_Number=Nd=digit Enclosing_Mark=Me Final_Punctuation=Pf Format=Cf
Initial_Punctuation=Pi Letter=L Letter_Number=Nl Line_Separator=Zl Lowercase_Letter=Ll Mark=M=Combining_Mark
Math_Symbol=Sm Modifier_Letter=Lm Modifier_Symbol=Sk Nonspacing_Mark=Mn Number=N Open_Punctuation=Ps Other=C
Other_Letter=Lo Other_Number=No Other_Punctuation=Po Other_Symbol=So Paragraph_Separator=Zp Private_Use=Co
Punctuation=P=punct Separator=Z Space_Separator=Zs Spacing_Mark=Mc Surrogate=Cs Symbol=S Titlecase_Letter=Lt
Unassigned=Cn Uppercase_Letter=Lu
"""
_BINARY = """
ASCII ASCII_Hex_Digit=AHex Alphabetic=Alpha Any Assigned Bidi_Control=Bidi_C Bidi_Mirrored=Bidi_M
Case_Ignorable=CI Cased Changes_When_Casefolded=CWCF Changes_When_Casemapped=CWCM Changes_When_Lowercased=CWL
Changes_When_NFKC_Casefolded=CWKCF Changes_When_Titlecased=CWT Changes_When_Uppercased=CWU Dash
Default_Ignorable_Code_Point=DI Deprecated=Dep Diacritic=Dia Emoji Emoji_Component=EComp Emoji_Modifier=EMod
Emoji_Modifier_Base=EBase Emoji_Presentation=EPres Extended_Pictographic=ExtPict Extender=Ext
Grapheme_Base=Gr_Base Grapheme_Extend=Gr_Ext Hex_Digit=Hex IDS_Binary_Operator=IDSB IDS_Trinary_Operator=IDST
ID_Continue=IDC ID_Start=IDS Ideographic=Ideo Join_Control=Join_C Logical_Order_Exception=LOE Lowercase=Lower
Math Noncharacter_Code_Point=NChar Pattern_Syntax=Pat_Syn Pattern_White_Space=Pat_WS Quotation_Mark=QMark
Radical Regional_Indicator=RI Sentence_Terminal=STerm Soft_Dotted=SD Terminal_Punctuation=Term
Unified_Ideograph=UIdeo Uppercase=Upper Variation_Selector=VS White_Space=space XID_Continue=XIDC XID_Start=XIDS
"""
_SCRIPTS = """
Adlam=Adlm Ahom Anatolian_Hieroglyphs=Hluw Arabic=Arab Armenian=Armn Avestan=Avst Balinese=Bali Bamum=Bamu
Bassa_Vah=Bass Batak=Batk Bengali=Beng Beria_Erfe=Berf Bhaiksuki=Bhks Bopomofo=Bopo Brahmi=Brah Braille=Brai
Buginese=Bugi Buhid=Buhd Canadian_Aboriginal=Cans Carian=Cari Caucasian_Albanian=Aghb Chakma=Cakm Cham
Cherokee=Cher Chorasmian=Chrs Common=Zyyy Coptic=Copt=Qaac Cuneiform=Xsux Cypriot=Cprt Cypro_Minoan=Cpmn
Cyrillic=Cyrl Deseret=Dsrt Devanagari=Deva Dives_Akuru=Diak Dogra=Dogr Duployan=Dupl Egyptian_Hieroglyphs=Egyp
Elbasan=Elba Elymaic=Elym Ethiopic=Ethi Garay=Gara Georgian=Geor Glagolitic=Glag Gothic=Goth Grantha=Gran
Greek=Grek Gujarati=Gujr Gunjala_Gondi=Gong Gurmukhi=Guru Gurung_Khema=Gukh Han=Hani Hangul=Hang
Hanifi_Rohingya=Rohg Hanunoo=Hano Hatran=Hatr Hebrew=Hebr Hiragana=Hira Imperial_Aramaic=Armi
Inherited=Zinh=Qaai Inscriptional_Pahlavi=Phli Inscriptional_Parthian=Prti Javanese=Java Jurchen=Jurc
Kaithi=Kthi Kannada=Knda Katakana=Kana Kawi Kayah_Li=Kali Kharoshthi=Khar Khitan_Small_Script=Kits Khmer=Khmr
Khojki=Khoj Khudawadi=Sind Kirat_Rai=Krai Lao=Laoo Latin=Latn Lepcha=Lepc Limbu=Limb Linear_A=Lina Linear_B=Linb
Lisu Lycian=Lyci Lydian=Lydi Mahajani=Mahj Makasar=Maka Malayalam=Mlym Mandaic=Mand Manichaean=Mani Marchen=Marc
Masaram_Gondi=Gonm Medefaidrin=Medf Meetei_Mayek=Mtei Mende_Kikakui=Mend Meroitic_Cursive=Merc
Meroitic_Hieroglyphs=Mero Miao=Plrd Modi Mongolian=Mong Mro=Mroo Multani=Mult Myanmar=Mymr Nabataean=Nbat
Nag_Mundari=Nagm Nandinagari=Nand New_Tai_Lue=Talu Newa Nko=Nkoo Nushu=Nshu Nyiakeng_Puachue_Hmong=Hmnp
Ogham=Ogam Ol_Chiki=Olck Ol_Onal=Onao Old_Hungarian=Hung Old_Italic=Ital Old_North_Arabian=Narb Old_Permic=Perm
Old_Persian=Xpeo Old_Sogdian=Sogo Old_South_Arabian=Sarb Old_Turkic=Orkh Old_Uyghur=Ougr Oriya=Orya Osage=Osge
Osmanya=Osma Pahawh_Hmong=Hmng Palmyrene=Palm Pau_Cin_Hau=Pauc Phags_Pa=Phag Phoenician=Phnx
Proto_Cuneiform=Pcun Psalter_Pahlavi=Phlp Rejang=Rjng Runic=Runr Samaritan=Samr Saurashtra=Saur Seal
Sharada=Shrd Shavian=Shaw Siddham=Sidd Sidetic=Sidt SignWriting=Sgnw Sinhala=Sinh Sogdian=Sogd Sora_Sompeng=Sora
Soyombo=Soyo Sundanese=Sund Sunuwar=Sunu Syloti_Nagri=Sylo Syriac=Syrc Tagalog=Tglg Tagbanwa=Tagb Tai_Le=Tale
Tai_Tham=Lana Tai_Viet=Tavt Tai_Yo=Tayo Takri=Takr Tamil=Taml Tangsa=Tnsa Tangut=Tang Telugu=Telu Thaana=Thaa
Thai Tibetan=Tibt Tifinagh=Tfng Tirhuta=Tirh Todhri=Todr Tolong_Siki=Tols Toto Tulu_Tigalari=Tutg Ugaritic=Ugar
Unknown=Zzzz Vai=Vaii Vithkuqi=Vith Wancho=Wcho Warang_Citi=Wara Yezidi=Yezi Yi=Yiii Zanabazar_Square=Zanb
"""


@cache
def _aliases(table: str) -> dict[str, str]:
    """Return the long name for every name of a table."""
    return {name: names.partition("=")[0] for names in table.split() for name in names.split("=")}


def _property(name: str, value: str) -> tuple[str, str] | None:
    """Return a property and its value by their long names, "" for the value of a binary one; None if unknown."""
    if name in ("General_Category", "gc") or (not name and value in _aliases(_CATEGORIES)):
        canonical, table = "General_Category", _CATEGORIES
    elif name in ("Script", "sc", "Script_Extensions", "scx"):
        canonical, table = "Script_Extensions" if name in ("Script_Extensions", "scx") else "Script", _SCRIPTS
    elif not name and value in _aliases(_BINARY):
        return _aliases(_BINARY)[value], ""
    else:
        return None
    return (canonical, _aliases(table)[value]) if value in _aliases(table) else None
