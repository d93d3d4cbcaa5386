"""Escapes for Markdown, such that CommonMark, GitHub and Python-Markdown read the same text and no markup.

Python-Markdown has fewer backslash escapes than CommonMark, so what it lacks is a character reference. Both
keep these where they mean nothing else: in the raw text of a fence, only characters that can't be seen change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from ..ir import JSON
from ..records import dataclass
from . import Code, _checked, code, join
from .json import _laid_out


@dataclass(frozen=True, slots=True)
class Bullet:
    """One item of a list: its line, and the list below it."""

    text: Code
    below: tuple[Bullet, ...] = ()


_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters, what turns the direction of text or has no width, lone surrogates.

A fixed list, because what Python calls printable depends on its version.
"""

_ANYWHERE = {
    "&": "&amp;",
    "<": "&lt;",
    "\\": "\\\\",
    "`": "&#96;",
    "*": "\\*",
    "[": "\\[",
    "]": "\\]",
    "#": "\\#",
    "~": "&#126;",
    "|": "&#124;",
}
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_TEXT = re.compile(
    r"[&<\\`*\[\]#~|]"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9/._:-])\{|\{(?![A-Za-z_])"  # an attribute list, a template's braces; the path `/{id}` is neither
    r"|:(?=[\w+-]+:)"  # an emoji's short name
    r"|\$(?=.*\$)|(?<=\$)\$"  # mathematics
    rf"|[{_SPACES}]"
)
_START = re.compile(r"[-+](?!\w)|[>=:]|!(?=!!)|\?(?=\?\?)|/(?=//)|(?<=\d)[.)]")
_LINE_START = re.compile(rf"\A(?:\d{{1,9}})?(?:{_START.pattern})")


def text(value: str) -> Code:
    """Return plain text as one line; line breaks are spaces."""
    return _line(" ".join(_visible(value).split()))


def lines(value: str) -> Code:
    """Return plain text as one line of source that shows its line breaks; no empty lines."""
    return join("<br>", (_line(line) for line in _visible(value).split("\n") if line.strip(" ")))


def paragraphs(value: str) -> Code:
    """Return plain text as paragraphs: an empty line ends one, any other line break is kept."""
    blocks = re.split(r"\n(?: *\n)+", _visible(value))
    made = (join("<br>\n", (_line(line) for line in block.split("\n") if line.strip(" "))) for block in blocks)
    return join("\n\n", (paragraph for paragraph in made if paragraph))


def first_paragraph(value: str) -> Code:
    """Return the first paragraph of plain text as one line."""
    return text(re.split(r"\n(?: *\n)+", _visible(value).strip(" \n"))[0])


def _visible(value: str) -> str:
    r"""Return the text with `\n` for every line break, spaces for tabs, and `\uXXXX` for what can't be seen."""
    return _shown(value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def _shown(value: str) -> str:
    r"""Return the text with `\uXXXX` for what can't be seen; of ASCII, every Python prints the same."""
    is_plain = value.isascii() and value.replace("\n", "").isprintable()
    return value if is_plain else _UNSEEN.sub(_escape, value)


def _escape(match: re.Match[str]) -> str:
    point = ord(match[0])
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\u{{{point:x}}}"


def _line(line: str) -> Code:
    line = re.sub(" +", " ", line.strip(" "))
    start = _LINE_START.match(line)
    if start is None:
        return Code(_TEXT.sub(_reference, line))
    before, mark, rest = line[: start.end() - 1], line[start.end() - 1], line[start.end() :]
    return Code(before + (f"\\{mark}" if mark in "-+!.)" else f"&#{ord(mark)};") + _TEXT.sub(_reference, rest))


def _reference(match: re.Match[str]) -> str:
    if match[0] == "]" and match.string[match.end() : match.end() + 1] in ("", ":"):
        return "&#93;"  # Python-Markdown takes `\\]:` for the end of a reference's name
    escape = _ANYWHERE.get(match[0])
    if escape is not None:
        return escape
    return f"\\{match[0]}" if match[0] in "_{" else f"&#{ord(match[0])};"


_PLAIN_CODE = re.compile(rf"[^`<&\n{_SPACES}]*[^`<&\n\\ {_SPACES}]")


def codespan(value: str) -> Code:
    """Return text as inline code; the empty text is shown as two quotation marks."""
    return _codespan(value)


@lru_cache(maxsize=4096)
def _codespan(value: str) -> Code:
    """Return what `codespan` does; names and types come again and again."""
    shown = _shown(value).replace("\n", "\\n") or '""'
    if _PLAIN_CODE.fullmatch(shown) and not shown.startswith(" ") and "  " not in shown:
        return Code(f"`{shown}`")
    # Python-Markdown looks for HTML before it looks for code, and knows no backslash that ends inline code in a table.
    return _html_code(shown)


def _html_code(shown: str) -> Code:
    escaped = re.sub(r"[^A-Za-z0-9 \"'(),./;?!@%^+=-]|^ | (?= )| $", lambda match: f"&#{ord(match[0])};", shown)
    return Code(f"<code>{escaped}</code>")


def cell(part: Code) -> Code:
    """Return a line as a table can hold it: inline code with a `|` is written without backticks.

    No escape of a `|` within backticks means the same to both dialects. A backtick in Code opens or ends inline code.
    """
    if "|" not in part:
        return part
    return Code(re.sub("`([^`]*)`", lambda match: _html_code(match[1]) if "|" in match[1] else match[0], part))


def literal(value: JSON) -> Code:
    """Return a JSON value as inline code, in JSON."""
    return codespan(json_text(value))


def json_text(value: JSON, *, is_laid_out: bool = False) -> str:
    """Return a JSON value as JSON text, on one line or indented by two; it is not Code yet."""
    try:
        return _laid_out(value) if is_laid_out else json.dumps(value, ensure_ascii=False)
    except ValueError:
        # Python refuses to write an integer of thousands of digits in decimal.
        return json_text(_shortened(value), is_laid_out=is_laid_out)


def _shortened(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    if isinstance(value, int) and value.bit_length() > 2000:
        return f"an integer of {value.bit_length()} bits"
    return value


def fence(value: str, language: Code | None = None) -> Code:
    """Return text as a fenced block; the fence is longer than any run of backticks within."""
    broken = value.replace("\r\n", "\n").replace("\r", "\n")
    shown = _shown(broken.replace("\t", "    ")).removesuffix("\n")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    ticks = Code("`" * max(3, longest + 1))
    return code("{ticks}{language}\n{body}\n{ticks}", ticks=ticks, language=language or Code(""), body=Code(shown))


def anchor(pointer: str) -> Code:
    """Return an empty element that a JSON Pointer's link leads to."""
    return Code(f'<a id="{fragment(pointer)}"></a>')


def link(label: Code, path: str, pointer: str = "") -> Code:
    """Return a link to a file (relative; "" is the page itself) or to the anchor of a JSON Pointer in it."""
    anchor_in_file = f"#{fragment(pointer)}" if pointer else ""
    return Code(f"[{_checked(label)}]({quote(path)}{anchor_in_file})")


def image(alternative: Code, path: str) -> Code:
    """Return an image from a file, with the text that stands for it."""
    return code("![{alternative}]({target})", alternative=alternative, target=Code(quote(path)))


def fragment(pointer: str) -> Code:
    """Return a JSON Pointer as an `id` that is the same in HTML, in a URI and in Markdown.

    A byte that could mean something in one of them is `~xHH`, which no pointer has (there, 0 or 1 follows `~`).
    No automatic id of a heading starts with a slash, so these never collide with them.
    """
    return _fragment(pointer)


@lru_cache(maxsize=4096)
def _fragment(pointer: str) -> Code:
    return Code(_NOT_IN_AN_ID.sub(_encoded, pointer))


_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9$_.~/-]")


def _encoded(match: re.Match[str]) -> str:
    return "".join(f"~x{byte:02x}" for byte in match[0].encode(errors="surrogatepass"))


def heading(label: Code, level: int, pointer: str = "") -> Code:
    """Return a heading of a level from 1 to 6, with the anchor of a JSON Pointer if there is one."""
    marks = "#" * min(level, 6)
    return Code(f"{marks} {_checked(label)} {anchor(pointer)}" if pointer else f"{marks} {_checked(label)}")


def bullets(items: Sequence[Bullet]) -> Code:
    """Return a list, with lists in it; four spaces are what both dialects take for one level."""
    return join("\n", _bullet_lines(items, 0))


def _bullet_lines(items: Sequence[Bullet], depth: int) -> list[Code]:
    made: list[Code] = []
    indent = "    " * depth
    for item in items:
        made.append(Code(f"{indent}- {_checked(item.text)}"))
        made += _bullet_lines(item.below, depth + 1) if item.below else ()
    return made
