"""Python names for what schemas call things: pure functions, the same answer on every Python.

Names keep the letters of any script. They are in NFKC, which Python applies to identifiers, so that no two of them are
one, and of characters that Unicode has had since 3.2: about these, no later version says another thing.
"""

from __future__ import annotations

import hashlib
import keyword
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

LONGEST = 100
"""Characters of a name before a number is added; a property name of a megabyte is still a property name."""

_READ = 1000
"""Characters of a text that are looked at for a name."""

_BUILTIN_TYPES = frozenset({"str", "int", "float", "bool", "list", "dict", "tuple", "object"})
_IMPORTED_TYPES = frozenset({"datetime", "UUID", "IPv4Address", "IPv6Address", "Literal", "Mapping", "Any"})
_DECORATORS = frozenset({"classmethod", "staticmethod", "property", "field", "dataclass"})
_FUNCTIONS = frozenset({"decode", "decode_lines", "encode", "is_valid", "problems", "loads", "dumps"})
_METHODS = frozenset({"from_dict", "from_json", "to_dict", "to_json"})
_ATTRIBUTES = frozenset({"additional_properties", "self", "cls", "mro"})
_TYPING = frozenset({"Callable", "ClassVar", "Final", "Optional", "Self", "TypeAlias", "TypeVar", "Union"})
_IMPORTED = frozenset("Decimal Enum Fraction Iterable Iterator Sequence StrEnum TYPE_CHECKING re".split())
_OURS = frozenset(
    "Absent ABSENT UNSET DecodeError JSON Problem annotations apply_defaults json_schema quoted replace root".split()
)

BUILTINS = frozenset(
    """
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
    BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError
    ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning
    EnvironmentError Exception ExceptionGroup False FileExistsError FileNotFoundError FloatingPointError
    FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError InterruptedError
    IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError None
    NotADirectoryError NotImplemented NotImplementedError OSError OverflowError PendingDeprecationWarning
    PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError ResourceWarning
    RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError
    SystemExit TabError TimeoutError True TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError
    UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning WindowsError
    ZeroDivisionError abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod
    compile complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr globals
    hasattr hash hex id input int isinstance issubclass iter len list locals map max memoryview min next object
    oct open ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum
    super tuple type vars zip
    """.split()
)
"""The builtins of every Python from 3.11 on, on every platform.

A class of such a name would hide a builtin that generated functions use. And where an annotation comes before such a
class, mypy takes it for the builtin, in the user's code too.
"""

RESERVED_FIELDS = _METHODS | _FUNCTIONS | _ATTRIBUTES | _DECORATORS | _BUILTIN_TYPES | _IMPORTED_TYPES
"""Names that no field may have: members of every generated class, and what a class body would hide from itself."""

RESERVED_CLASSES = _BUILTIN_TYPES | _IMPORTED_TYPES | _DECORATORS | _FUNCTIONS | _TYPING | _IMPORTED | BUILTINS | _OURS
"""Names that no class may have: what a generated module imports, defines or uses at its top level."""

RESERVED_IN_PYDANTIC = frozenset(
    """
    construct copy dict from_orm json model_computed_fields model_config model_construct model_copy model_dump
    model_dump_json model_extra model_fields model_fields_set model_json_schema model_parametrized_name
    model_post_init model_rebuild model_validate model_validate_json model_validate_strings parse_file parse_obj
    parse_raw schema schema_json update_forward_refs validate
    """.split()
)
"""Names that no field of a pydantic model may have: the public attributes of `BaseModel`."""

RESERVED_MEMBERS = frozenset({"mro", "name", "value"})
"""Names that no enum member may have: attributes of `Enum` itself and of its members."""


_SETTLED = unicodedata.ucd_3_2_0
"""Unicode 3.2, which every Python has beside its own: what a letter is does not depend on the version of Python."""

_OF_WORDS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Mn", "Mc", "Nd"})
"""The categories of the characters that names are made of, beside the underscore."""

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10))
)
"""Letters and marks that are not shown: names that differ in these alone would look the same."""


@lru_cache(maxsize=4096)
def identifier(text: str, fallback: str) -> str:
    """Return an identifier that reads like the text: no keyword, no underscore in front.

    What can't stand in an identifier becomes `_`. A text without a letter or digit is spelled by its characters' names;
    the fallback (itself an identifier) stands before that and before a digit.
    """
    name = text if text.isascii() else unicodedata.normalize("NFKC", _settled(text))
    if not is_identifier(name) or name[0] == "_" or len(name) > LONGEST:
        name = _shortened("_".join(_words(text)), text)
        if not name:
            name = "_".join([fallback, *map(_character, text[:4])])
        elif not name.isidentifier():
            name = f"{fallback}_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


@lru_cache(maxsize=4096)
def is_identifier(text: str) -> bool:
    """Return whether a text is an identifier of every Python from 3.11 on, and none that another text is too."""
    return text.isidentifier() and (text.isascii() or (unicodedata.is_normalized("NFKC", text) and _is_of_words(text)))


def _is_of_words(text: str) -> bool:
    return all(character == "_" or is_of_a_word(character) for character in text)


def is_of_a_word(character: str) -> bool:
    """Return whether a character is a letter, a digit or a mark that every Python takes for one, and that is shown."""
    return _SETTLED.category(character) in _OF_WORDS and character not in _UNSEEN and f"a{character}".isidentifier()


def _settled(text: str) -> str:
    """Return the first characters of a text, a space for those that Unicode has had for a shorter time."""
    return "".join(" " if _SETTLED.category(character) in ("Cn", "Cs") else character for character in text[:_READ])


def plain(name: str, fallback: str) -> str:
    """Return an ASCII identifier that reads like a name, for where no other letters may stand."""
    if name.isascii():
        return name
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip("_")
    return ascii_only if ascii_only.isidentifier() else f"{fallback}{ascii_only}"


def _shortened(name: str, text: str) -> str:
    """Return the name; a long one is cut, with a hash of the text (which, unlike a number, no neighbour changes)."""
    if len(name) <= LONGEST:
        return name
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{unicodedata.normalize('NFKC', name[: LONGEST - 9])}_{digest[:8]}"


def _words(text: str) -> list[str]:
    """Return the runs of letters and digits of a text; a sign before a number is a word."""
    if text.isascii():
        shown, words = text, re.findall(r"[A-Za-z0-9]+", text[:_READ])
    else:
        shown = unicodedata.normalize("NFKC", _settled(text))
        runs = "".join(character if is_of_a_word(character) else " " for character in shown).split()
        words = [word for run in runs if (word := run.lstrip("".join(filter(unicodedata.combining, run))))]
    sign = {"-": "minus", "+": "plus"}.get(shown[:1])
    return [sign, *words] if sign and shown[1:2].isdigit() else words


def _character(character: str) -> str:
    """Return a word for a character: its name if it is ASCII (other names depend on the version of Python)."""
    name = unicodedata.name(character, "") if character.isascii() else ""
    return re.sub(r"\W", "_", name.lower()) if name else f"u{ord(character):04x}"


def _cased(text: str, change: Callable[[str], str]) -> str:
    """Return a text in another case; a character stays that has none which a name may have."""
    if text.isascii():
        return change(text)
    pairs = ((character, change(character)) for character in text)
    return "".join(changed if is_identifier(f"a{changed}") else character for character, changed in pairs)


@lru_cache(maxsize=4096)
def camel(text: str) -> str:
    """Return the text's words joined in UpperCamelCase, as a part of a class name; "" if it has none."""
    return "".join(_cased(word[0], str.title) + word[1:] for word in _words(text))


def class_name(text: str, fallback: str) -> str:
    """Return a class name in UpperCamelCase that reads like the text, else like the fallback."""
    name = _shortened(camel(text), text)
    if not name.isidentifier():
        name = f"{camel(fallback) or 'Model'}{name}"
    if not name.isidentifier():
        name = f"Model{name}"
    return f"{name}_" if name in RESERVED_CLASSES else name


def is_class_name(name: str) -> bool:
    """Return whether a class may have exactly this name."""
    reserved = keyword.iskeyword(name) or name in RESERVED_CLASSES
    return is_identifier(name) and name[0] != "_" and not reserved


_SIGNS = {
    "<": "LESS",
    "<=": "LESS_OR_EQUAL",
    "=": "EQUAL",
    "==": "EQUAL",
    "!=": "NOT_EQUAL",
    "<>": "NOT_EQUAL",
    ">=": "GREATER_OR_EQUAL",
    ">": "GREATER",
    "!": "NOT",
    "&&": "AND",
    "||": "OR",
    "+": "PLUS",
    "-": "MINUS",
    "*": "ASTERISK",
    "/": "SLASH",
    "%": "PERCENT",
    "^": "CARET",
    "~": "TILDE",
    "=~": "MATCHES",
    "!~": "NOT_MATCHES",
    "_": "UNDERSCORE",
    ".": "DOT",
    ",": "COMMA",
    ":": "COLON",
    ";": "SEMICOLON",
    "|": "PIPE",
    "&": "AMPERSAND",
    "#": "HASH",
    "@": "AT",
    "$": "DOLLAR",
    "?": "QUESTION_MARK",
    "\\": "BACKSLASH",
    " ": "SPACE",
    "\t": "TAB",
    "\n": "NEWLINE",
    "...": "ELLIPSIS",
}
"""What members are called whose values are signs alone, where people have a shorter name than Unicode."""


def member_name(text: str) -> str:
    """Return an upper case name for an enum member that reads like the text."""
    words = _SIGNS.get(text) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", identifier(text, "VALUE"))
    name = _cased(words, str.upper).rstrip("_")
    return f"{name}_" if name in RESERVED_MEMBERS or name in RESERVED_FIELDS else name


def member_text(value: bool | int | float | str | None) -> str:
    """Return what an enum member is named after: a string itself, another value in words."""
    if isinstance(value, str):
        return value or "EMPTY"
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "TRUE", False: "FALSE"}[value]
    if isinstance(value, float):
        return f"FLOAT_{value!r}".replace("-", "MINUS_").replace("+", "")
    sign = "MINUS_" if value < 0 else ""
    return f"INT_{sign}{abs(value)}" if value.bit_length() < 128 else f"INT_{sign}{value.bit_length()}_BITS"


def field_name(text: str, classes: Collection[str] = ()) -> str:
    """Return a name for the attribute of a property; a reserved one ends in `_`, and so does that of a class.

    The classes are those of its module: annotations below a field of such a name would mean the field.
    """
    name = identifier(text, "field")
    return f"{name}_" if name in RESERVED_FIELDS or name in classes else name


def pydantic_names(fields: Sequence[str]) -> tuple[str, ...]:
    """Return the names that the fields of a class have in a pydantic model: their own, or one that ends in `_`."""
    return distinct(fields, lambda name: f"{name}_" if name in RESERVED_IN_PYDANTIC else name)


def module_alias(module: str) -> str:
    """Return the name that a generated module has in the others, which is none of what stands at their top level."""
    return f"_{module}_" if _OF_TOP.match(module) else f"_{module}"


RUNTIME_MODULES = frozenset(
    (
        "absent acceptance class_schemas data datetimes defaults drafts ecma equality errors fallback field_schemas "
        "formats idna integers ipaddresses json lazy lines model numbers objects problem pydantic pydantic_hooks "
        "records reporter rules uuids wrong_types"
    ).split()
)
"""The modules of the runtime, without the underscore in front."""

ROLES = ("valid", "memoized", "decode", "read", "write", "text")
"""What the functions of a generated module are for: `_read_session` reads a session."""

_OF_TOP = re.compile(rf"(?:new|dataclasses|{'|'.join(sorted(RUNTIME_MODULES))}|(?:{'|'.join(ROLES)})_.*)\Z")


def unique(name: str, taken: Collection[str]) -> str:
    """Return the name, with the first number from 2 behind it that makes it no member of `taken`."""
    free, number = name, 2
    while free in taken:
        free = f"{name}_{number}"
        number += 1
    return free


class Taken:
    """Names in use within one scope, growing; as `unique`, but linear when thousands want the same name."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Start with names that are in use already."""
        self._names = set(names)
        self._numbers: dict[str, int] = {}

    def claim(self, name: str) -> str:
        """Return the name, with the first free number from 2 behind it if it is taken; it is taken from now on."""
        free = name
        while free in self._names:
            self._numbers[name] = self._numbers.get(name, 1) + 1
            free = f"{name}_{self._numbers[name]}"
        self._names.add(free)
        return free


def distinct(texts: Sequence[str], name: Callable[[str], str]) -> tuple[str, ...]:
    """Return a name for each text, all different; a text that is its own name has it before any other."""
    wanted = [name(text) for text in texts]
    taken = Taken()
    order = sorted(range(len(texts)), key=lambda index: wanted[index] != texts[index])
    chosen = {index: taken.claim(wanted[index]) for index in order}
    return tuple(chosen[index] for index in range(len(texts)))


@lru_cache(maxsize=4096)
def snake(text: str) -> str:
    """Return a name in lower case with `_` between its words: `SessionState` is `session_state`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return _cased(words, str.lower).strip("_")
