"""JSON Pointers: their tokens, and what stands where they lead (RFC 6901)."""

from __future__ import annotations

import pytest

from codegen import pointer
from codegen.ir import JSON, escape_token

# The document and the pointers of section 5, and what leads nowhere.
CONTENT: JSON = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "m~n": 8, " ": 7, "~1": 9}
FOUND: dict[str, JSON] = {"": CONTENT, "/foo": ["bar", "baz"], "/foo/0": "bar", "/": 0, "/a~1b": 1, "/m~0n": 8}
FOUND.update({"/ ": 7, "/~01": 9})
NOWHERE = ["/bar", "/foo/2", "/foo/-1", "/foo/01", "/foo/x", "/foo/\u0661", "/foo/0/1", "/a/b", "//", "/foo/9999999999"]


@pytest.mark.parametrize(("path", "value"), FOUND.items())
def test_what_a_pointer_leads_to(path: str, value: JSON) -> None:
    assert pointer.find(path, CONTENT) == (value,)
    assert pointer.value_at(path, CONTENT) == value


@pytest.mark.parametrize("path", NOWHERE)
def test_a_pointer_that_leads_nowhere(path: str) -> None:
    assert pointer.find(path, CONTENT) == ()
    with pytest.raises(LookupError):
        pointer.value_at(path, CONTENT)


@pytest.mark.parametrize("token", ["", "a", "/", "~", "~1", "~0", "~01", "a/b~c", "\ud800"], ids=ascii)
def test_a_token_comes_back_as_it_was(token: str) -> None:
    path = f"/x/{escape_token(token)}"
    assert pointer.tokens(path) == ("x", token)
    assert pointer.last(path) == pointer.unescape(escape_token(token)) == token
