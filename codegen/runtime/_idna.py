"""Internationalized host names (IDNA2008): RFC 5891 for labels, 5892 for code points, 5893 for text direction.

Which code points are letters and which are unassigned comes from the `unicodedata` of the running Python, as
RFC 5892 derives it; what that module does not know (scripts, joining types) stands here as ranges of Unicode 18.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache

# RFC 5892, section 2.6
_ALLOWED = frozenset("\u00df\u03c2\u06fd\u06fe\u0f0b\u3007")
_FORBIDDEN = frozenset("\u0640\u07fa\u302e\u302f\u3031\u3032\u3033\u3034\u3035\u303b")
_LETTER_DIGITS = frozenset(("Ll", "Lu", "Lo", "Nd", "Lm", "Mn", "Mc"))
_ARABIC_DIGITS = frozenset("\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")
_EXTENDED_ARABIC_DIGITS = frozenset("\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9")
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_VIRAMA = 9  # the combining class of viramas
# Letters and marks that are ignorable by default, in an ignorable block, or old Hangul jamo (sections 2.3, 2.4, 2.9).
_IGNORABLE = """
34f 1100-11ff 17b4-17b5 180b-180d 180f 20d0-20ff 3164 a960-a97c d7b0-d7c6 d7cb-d7fb fe00-fe0f ffa0
1d100-1d24f e0000-e0fff
"""
# Joining types D and L, D and R (section A.1), and the scripts of the other contextual rules (A.4 to A.7)
_JOINS_NEXT = """
620 626 628 62a-62e 633-63f 641-647 649-64a 66e-66f 678-687 69a-6bf 6c1-6c2 6cc 6ce 6d0-6d1 6fa-6fc 6ff
712-714 71a-71d 71f-727 729 72b 72d-72e 74e-758 75c-76a 76d-770 772 775-777 77a-77f 7ca-7ea 841-845 848
84a-853 855 860 862-865 868 886 889-88d 88f 8a0-8a9 8af-8b0 8b3-8b8 8ba-8c8 1807 1820-1878 1887-18a8 18aa
a840-a872 10ac0-10ac4 10acd 10ad3-10adc 10ade-10ae0 10aeb-10aee 10b80 10b82 10b86-10b88 10b8a-10b8b 10b8d
10b90 10bad-10bae 10d00-10d21 10d23 10ec3-10ec4 10ec6-10ec7 10ed9-10eee 10f30-10f32 10f34-10f44 10f51-10f53
10f70-10f73 10f76-10f81 10fb0 10fb2-10fb3 10fb8 10fbb-10fbc 10fbe-10fbf 10fc1 10fc4 10fca-10fcb 1e900-1e943
"""
_JOINS_PREVIOUS = """
620 622-63f 641-64a 66e-66f 671-673 675-6d3 6d5 6ee-6ef 6fa-6fc 6ff 710 712-72f 74d-77f 7ca-7ea 840-858 860
862-865 867-86a 870-882 886 889-88f 8a0-8ac 8ae-8c8 1807 1820-1878 1887-18a8 18aa a840-a871 10ac0-10ac5
10ac7 10ac9-10aca 10ace-10ad6 10ad8-10ae1 10ae4 10aeb-10aef 10b80-10b91 10ba9-10bae 10d01-10d23 10ec2-10ec4
10ec6-10ec7 10f30-10f44 10f51-10f54 10f70-10f81 10fb0 10fb2-10fb6 10fb8-10fbf 10fc1-10fc4 10fc9-10fca
1e900-1e943
"""
_GREEK = """
370-373 375-377 37a-37d 37f 384 386 388-38a 38c 38e-3a1 3a3-3e1 3f0-3ff 1d26-1d2a 1d5d-1d61 1d66-1d6a 1dbf
1f00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3
1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe 2126 ab65 10140-1018e 101a0 1d200-1d245 1dff3-1dff4
"""
_HEBREW = "591-5c9 5d0-5ea 5ef-5f4 fb1d-fb36 fb38-fb3c fb3e fb40-fb41 fb43-fb44 fb46-fb4f"
_KANA_OR_HAN = """
3041-3096 309d-309f 1b001-1b11f 1b123 1b132 1b150-1b152 1f200 30a1-30fa 30fd-30ff 31f0-31ff 32d0-32fe
3300-3357 ff66-ff6f ff71-ff9d 1aff0-1aff3 1aff5-1affb 1affd-1affe 1b000 1b120-1b122 1b124-1b128 1b155
1b164-1b168 2e80-2e99 2e9b-2ef3 2f00-2fd5 3005 3007 3021-3029 3038-303b 3400-4dbf 4e00-9fff f900-fa6d
fa70-fad9 16fe2-16fe3 16ff0-16ff6 20000-2a6df 2a700-2b81e 2b820-2cead 2ceb0-2ebe0 2ebf0-2ee5d 2f800-2fa1d
30000-3134a 31350-33479
"""


def host(labels: list[str]) -> bool:
    """Return whether the labels make a host name: each one letters, digits and hyphens, an A-label or a U-label."""
    readable: list[str] = []
    size = len(labels) - 1
    for label in labels:
        forms = _forms(label)
        if forms is None:
            return False
        size += len(forms[0])
        readable.append(forms[1])
    return size <= 253 and _directions_agree(readable)


def composed(text: str) -> str:
    """Return the text in normalization form C."""
    return unicodedata.normalize("NFC", text)


def _forms(label: str) -> tuple[str, str] | None:
    """Return the label's ASCII form and its Unicode form; None if it is not valid (RFC 5891, section 4)."""
    if not label or len(label) > 63 or label[0] == "-" or label[-1] == "-":
        return None
    if not label.isascii():
        ascii_form = f"xn--{label.encode('punycode').decode('ascii')}" if _is_u_label(label) else ""
        return (ascii_form, label) if 0 < len(ascii_form) <= 63 else None
    if not label.replace("-", "0").isalnum():
        return None
    lower = label.lower()
    if not lower.startswith("xn--"):
        return label, lower
    try:
        decoded = lower[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return None
    if decoded.isascii() or not _is_u_label(decoded):
        return None
    return (lower, decoded) if decoded.encode("punycode").decode("ascii") == lower[4:] else None


def _is_u_label(label: str) -> bool:
    """Return whether a label with characters beyond ASCII is a U-label, whatever its direction."""
    if label[0] == "-" or label[-1] == "-" or label[2:4] == "--" or unicodedata.category(label[0])[0] == "M":
        return False
    if not unicodedata.is_normalized("NFC", label):
        return False
    return all(_is_valid_at(label, index) for index in range(len(label)))


def _is_valid_at(label: str, index: int) -> bool:
    """Return whether the code point is allowed there (RFC 5892, section 3 and appendix A)."""
    character = label[index]
    if character in _ALLOWED:
        return True
    if character in _FORBIDDEN:
        return False
    if character in _CONTEXT_RULES:
        return _CONTEXT_RULES[character](label, index)
    if character in "-0123456789abcdefghijklmnopqrstuvwxyz":
        return True
    category = unicodedata.category(character)
    return category in _LETTER_DIGITS and not _within(_IGNORABLE, character) and _is_stable(character)


def _is_stable(character: str) -> bool:
    """Return whether normalizing and folding case leave the character as it is (section 2.2)."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    return folded == character


@cache
def _bounds(ranges: str) -> tuple[list[int], list[int]]:
    pairs = [(pair.partition("-")[0], pair.rpartition("-")[2]) for pair in ranges.split()]
    pairs.sort(key=lambda pair: int(pair[0], 16))
    return [int(first, 16) for first, _ in pairs], [int(last, 16) for _, last in pairs]


def _within(ranges: str, character: str) -> bool:
    firsts, lasts = _bounds(ranges)
    point = ord(character)
    at = bisect_right(firsts, point) - 1
    return at >= 0 and point <= lasts[at]


# Contextual rules: RFC 5892, appendix A


def _non_joiner(label: str, index: int) -> bool:
    if _joiner(label, index):
        return True
    before, after = index - 1, index + 1
    while before >= 0 and _is_transparent(label[before]):
        before -= 1
    while after < len(label) and _is_transparent(label[after]):
        after += 1
    if before < 0 or after == len(label):
        return False
    return _within(_JOINS_NEXT, label[before]) and _within(_JOINS_PREVIOUS, label[after])


def _is_transparent(character: str) -> bool:
    if character in (_NON_JOINER, _JOINER):
        return False
    return unicodedata.category(character) in ("Mn", "Me", "Cf") or character == "\U0001e94b"


def _joiner(label: str, index: int) -> bool:
    return index > 0 and unicodedata.combining(label[index - 1]) == _VIRAMA


def _middle_dot(label: str, index: int) -> bool:
    return label[index - 1 : index + 2] == "l\u00b7l"


def _keraia(label: str, index: int) -> bool:
    return index + 1 < len(label) and _within(_GREEK, label[index + 1])


def _geresh(label: str, index: int) -> bool:
    return index > 0 and _within(_HEBREW, label[index - 1])


def _katakana_dot(label: str, index: int) -> bool:
    return any(_within(_KANA_OR_HAN, character) for character in label)


def _arabic_digit(label: str, index: int) -> bool:
    return _EXTENDED_ARABIC_DIGITS.isdisjoint(label)


def _extended_arabic_digit(label: str, index: int) -> bool:
    return _ARABIC_DIGITS.isdisjoint(label)


_CONTEXT_RULES = {
    _NON_JOINER: _non_joiner,
    _JOINER: _joiner,
    "\u00b7": _middle_dot,
    "\u0375": _keraia,
    "\u05f3": _geresh,
    "\u05f4": _geresh,
    "\u30fb": _katakana_dot,
    **dict.fromkeys(_ARABIC_DIGITS, _arabic_digit),
    **dict.fromkeys(_EXTENDED_ARABIC_DIGITS, _extended_arabic_digit),
}


# Text direction: RFC 5893, section 2

_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_IN_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN", "EN", "ES", "CS", "ET", "ON", "BN", "NSM"))
_IN_LEFT_TO_RIGHT = frozenset(("L", "EN", "ES", "CS", "ET", "ON", "BN", "NSM"))


def _directions_agree(labels: list[str]) -> bool:
    """Return whether the name has no right-to-left label, or all its labels follow the Bidi rule."""
    if all(label.isascii() for label in labels):
        return True
    directions = [[unicodedata.bidirectional(character) for character in label] for label in labels]
    if all(_RIGHT_TO_LEFT.isdisjoint(label) for label in directions):
        return True
    return all(_follows_bidi_rule(label) for label in directions)


def _follows_bidi_rule(directions: list[str]) -> bool:
    marks = 0
    while directions[-1 - marks] == "NSM" and marks + 1 < len(directions):
        marks += 1
    last = directions[-1 - marks]
    if directions[0] in ("R", "AL"):
        mixed = "EN" in directions and "AN" in directions
        return _IN_RIGHT_TO_LEFT.issuperset(directions) and last in ("R", "AL", "EN", "AN") and not mixed
    return directions[0] == "L" and _IN_LEFT_TO_RIGHT.issuperset(directions) and last in ("L", "EN")
