"""Hostile text at every position of a schema, through the whole pipeline, against a harmless twin."""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import itertools
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML

import codegen
from codegen.app import pipeline
from codegen.app.config import Config
from codegen.escapes.python import docstring
from codegen.findings import Rejected
from codegen.runtime import _equality
from tests.test_docs import doms

PAYLOAD = '__import__("builtins").__dict__["PWNED"]=1'

TEXTS = {
    "quotes": f'a\'b"c\'\'\'d"""e"""+{PAYLOAD}+"""',
    "end of a docstring": f'"""\n{PAYLOAD}\n"""',
    "backslashes": "a\\b\\\\c\\'d\\\"e\\",
    "raw newline escape": 'a\\n\\x22\\u0022\\N{QUOTATION MARK}"b',
    "lines": f"a\n{PAYLOAD}\n\nb\r\nc\td\x0be\x0cf",
    "a comment's end": f"a\r{PAYLOAD}\x85{PAYLOAD}\u2028{PAYLOAD}\u2029b",
    "NUL": "a\x00b\x1a\x1b[31mc\x7f",
    "bidi": "a\u202e\u2066b\u2069\u200f\u061cc\ufeffd",
    "lone surrogates": "a\ud800b\udfffc",
    "beyond the BMP": "a\U0001f600b\U000e0041c\u0301\uffff",
    "very long": "ab" * 1000,
    "one long word with quotes": "\"'" * 300,
    "template": "{{ cycler.__init__.__globals__.os }}{% raw %}{# x #}{{ '{{' }}{%- if",
    "format string": "{0.__class__}{value!r:>{width}}%(x)s%s$x${x}",
    "f-string": f"{{{PAYLOAD}}}{{value}}}}",
    "YAML": "a: b # c\n- &a *b !!python/object:os.system <<: [x, {y: |",
    "YAML word": "no",
    "YAML number": "0o17",
    "YAML end": "...\n---\n%YAML 1.1",
    "Markdown": "# a\n- b\n> c `d` **e** [f](javascript:g) ![h](i) | j |\n---\n~~~",
    "HTML": "<script>a()</script><!-- b --><img src=x onerror=c>&amp;&#60;</p>",
    "comment end": "a --> b ]]> c */ d",
    "dunder": "__class__",
    "keyword": "import",
    "a builtin": "exec",
    "our own": "_errors",
    "an argument": "self",
    "a method": "to_dict",
    "an escaped pointer": "a/b~c~0~1%25#d?e",
    "TOML": 'a"]\n[x]\n"""\'\'\'',
    "spaces": "  a  b  ",
}
"""Hostile texts by what they are after."""


def twin(text: str) -> str:
    """Return a harmless text with the same lines and words, its own as far as a name would be."""
    return "".join(character if character in " \n" else "w" for character in text)


def exact(text: str) -> str:
    """Return a pattern for the end of the text, every character as an escape."""
    units = text[-40:].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)) + "$"


def schema(text: str) -> dict[str, Any]:
    """Return a schema with the text at every position where a text can stand."""
    annotations = {"title": text, "description": text, "$comment": text, "default": text, "examples": [text]}
    pointer = text.replace("~", "~0").replace("/", "~1").replace("%", "%25").replace("#", "%23")
    return {
        "$id": "tag:example.com,2026:" + text.replace("#", "").replace("%", ""),
        **annotations,
        "type": "object",
        "required": [text],
        "additionalProperties": {"type": "string", **annotations},
        "properties": {
            text: {"type": "string", "format": text, **annotations},
            "choice": {"type": "string", "enum": [text, text + "2"], **annotations},
            "fixed": {"const": text, **annotations},
            "deep": {"const": {text: [text]}},
            "mixed": {"enum": [text, 1, None, {text: text}]},
            "named": {"type": "string", "pattern": exact(text)},
            "reference": {"$ref": f"#/$defs/{pointer}"},
            "either": {
                "oneOf": [
                    {"properties": {text: {"const": text, **annotations}}, "required": [text], **annotations},
                    {"properties": {text: {"const": text + "2", **annotations}}, "required": [text]},
                ]
            },
            "keys": {
                "type": "object",
                "propertyNames": {"enum": [text]},
                "dependentRequired": {text: [text]},
                "dependentSchemas": {text: {"minProperties": 1}},
                "unevaluatedProperties": {"const": text},
            },
        },
        "patternProperties": {exact(text + "3"): {"type": "integer", **annotations}},
        "$defs": {text: {"type": "object", "properties": {"inner": {"type": "string", **annotations}}, **annotations}},
        "x-" + text: {text: text},
        text + "-x": text,
    }


def instance(text: str) -> dict[str, Any]:
    """Return an instance that has the text wherever the schema asks for it."""
    return {
        text: text,
        "choice": text,
        "fixed": text,
        "deep": {text: [text]},
        "mixed": {text: text},
        "named": text,
        "reference": {"inner": text},
        "either": {text: text + "2"},
        "keys": {text: text},
        text + "3": 3,
        text + "4": text,
    }


@dataclass(frozen=True)
class Made:
    """What was generated of the hostile schemas, and of their twins."""

    hostile: dict[str, str]
    harmless: dict[str, str]


def generated(folder: Path, schemas: dict[str, Any]) -> dict[str, str]:
    folder.mkdir()
    for name, content in schemas.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return pipeline.generate(Config(base=folder, schema=folder, out=folder.parent / "out"))


KINDS = {f"d{index:02}": kind for index, kind in enumerate(TEXTS)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("hostile")
    hostile = {f"{name}.json": schema(TEXTS[kind]) for name, kind in KINDS.items()}
    # The harmless $ids would be one and the same.
    harmless = {f"{name}.json": {**schema(twin(TEXTS[kind])), "$id": f"tag:w,{name}:w"} for name, kind in KINDS.items()}
    return Made(generated(folder / "hostile", hostile), generated(folder / "harmless", harmless))


def _form(value: object) -> object:
    """Return what is left of a part of a syntax tree without its names and constants."""
    if isinstance(value, ast.Constant):
        return type(value.value).__name__
    if isinstance(value, ast.AST):
        return (type(value).__name__, *[_form(getattr(value, field)) for field in value._fields])
    if isinstance(value, list):
        return [_form(item) for item in value]
    return "n" if isinstance(value, str) else value


def blank(text: str) -> list[str]:
    """Return the statements of a module, blanked; in an order that no name decides."""
    return sorted(str(_form(statement)) for statement in ast.parse(text).body)


@pytest.mark.parametrize("name", KINDS, ids=KINDS.get)
@pytest.mark.parametrize("path", ["models/models/{}.py", "models/models/_tables/{}.py"])
def test_python_has_the_syntax_of_the_harmless_twin(made: Made, path: str, name: str) -> None:
    assert blank(made.hostile[path.format(name)]) == blank(made.harmless[path.format(name)])


def test_every_file_can_be_written(made: Made) -> None:
    for path, text in made.hostile.items():
        assert path.encode() and text.encode().decode() == text, path


def test_the_same_files_are_made(made: Made) -> None:
    assert made.hostile.keys() == made.harmless.keys()


@pytest.fixture(scope="module")
def package(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of the hostile package, which can be imported."""
    room = tmp_path_factory.mktemp("package")
    for path, text in made.hostile.items():
        if path.startswith("models/models/"):
            file = room / "hostile_models" / path.removeprefix("models/models/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(room))
    yield "hostile_models"
    sys.path.remove(str(room))


def imported(package: str, name: str) -> ModuleType:
    return importlib.import_module(f"{package}.{name}")


def test_importing_has_no_effect(package: str, capfd: pytest.CaptureFixture[str]) -> None:
    for name in KINDS:
        imported(package, name)
        imported(package, f"_tables.{name}")
    assert not hasattr(builtins, "PWNED")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", KINDS, ids=KINDS.get)
def test_what_goes_in_comes_back(package: str, name: str) -> None:
    module, data = imported(package, name), instance(TEXTS[KINDS[name]])
    assert module.problems(data) == ()
    value = module.decode(data)
    assert module.encode(value) == data
    assert value.fixed == value.named == TEXTS[KINDS[name]]
    assert value.choice.value == TEXTS[KINDS[name]]
    assert module.encode(module.loads(json.dumps(data))) == data
    assert json.loads(module.dumps(value)) == data


@pytest.mark.parametrize("name", KINDS, ids=KINDS.get)
def test_what_differs_is_refused_and_told_in_words(package: str, name: str) -> None:
    module, data = imported(package, name), instance(TEXTS[KINDS[name]])
    for key in ("choice", "fixed", "deep", "mixed", "named", "reference", "either", "keys"):
        problems = module.problems({**data, key: "other" if key != "reference" else {"inner": 1}})
        assert problems, key
        assert all(str(problem) for problem in problems)


# OpenAPI


OPENAPI = ("openapi/openapi.yaml", "openapi/openapi-3.0.yaml", "openapi/fragment.yaml")


@pytest.mark.parametrize("path", OPENAPI)
def test_yaml_says_what_json_says(made: Made, path: str) -> None:
    wanted = spelled(json.loads(made.hostile[path.replace(".yaml", ".json")]))
    assert yaml.load(made.hostile[path], Loader=LOADERS[-1]) == wanted


def spelled(value: Any) -> Any:
    """Return the value as YAML can hold it: a lone surrogate as six characters."""
    if isinstance(value, dict):
        return {spelled(key): spelled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [spelled(item) for item in value]
    lone = re.compile("[\ud800-\udfff]")
    return lone.sub(lambda match: f"\\u{ord(match[0]):04x}", value) if isinstance(value, str) else value


LOADERS = [loader for loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", None)) if loader is not None]
YAML_READERS: list[Callable[[str], Any]] = [
    *(partial(yaml.load, Loader=loader) for loader in LOADERS),
    lambda text: YAML(typ="safe", pure=True).load(text),
    lambda text: YAML().load(text),
]


def test_every_reader_of_both_versions_of_yaml_reads_alike(made: Made) -> None:
    files = {path: text for path, text in made.hostile.items() if path.endswith((".yaml", ".yml"))}
    assert {"mkdocs.yml", *OPENAPI} == files.keys()
    lines = sorted({line.strip() for path in OPENAPI for line in files[path].split("\n")} - {""})
    assert len(lines) > 700
    # Every line is an entry, an item, or one half of an entry: to read each once is to read what stands in all files.
    once = "".join(f"-\n  {line.replace(':', '? a', 1) if line[0] == ':' else line}\n" for line in lines)
    for text in (files["mkdocs.yml"], once):
        texts = [json.dumps(read(text)) for read in YAML_READERS]
        assert texts == [texts[0]] * len(texts)


def test_the_document_holds_every_text_as_it_is(made: Made) -> None:
    components = json.loads(made.hostile["openapi/openapi.json"])["components"]["schemas"]
    titles = [component.get("title") for component in components.values()]
    assert set(TEXTS.values()) <= set(titles)


# Docs


def pages(files: dict[str, str]) -> set[str]:
    return {path for path in files if path.startswith("docs/") and path.endswith(".md")}


def elements(files: dict[str, str], paths: Iterable[str]) -> set[tuple[str, ...]]:
    """Return every kind of element on some pages, with the names of its attributes, as two readers see them."""
    return {element for path in paths for dom in doms(files[path]) for element in dom.elements}


def test_pages_have_no_element_that_the_harmless_twins_have_not(made: Made) -> None:
    # How much of a long value is shown depends on the text, so that only the kinds can be compared here.
    paths = sorted(pages(made.hostile))
    assert set(paths) == pages(made.harmless)
    assert elements(made.hostile, paths) <= elements(made.harmless, paths[::4])  # one is much like another


# File names

NAMES = [
    'it\'s "q" {{x}} {% y %} --> <b> `c` [d](e) # f.json',
    "$(touch PWNED).json",
    "__import__('os').json",
    "import.json",
    "_errors.json",
    "é—ü\U0001f600.json",
    "a: b, c | d & e *f !g %h @i.json",
    "-rf.json",
]


NAMED = {"title": "w", "type": "object", "properties": {"a": {"type": "string"}}}


@pytest.fixture(scope="module")
def harmlessly_named(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return generated(tmp_path_factory.mktemp("named") / "schema", {"w.json": NAMED})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_is_text_like_any_other(tmp_path: Path, name: str, harmlessly_named: dict[str, str]) -> None:
    hostile = generated(tmp_path / "hostile", {name: NAMED})
    for files in (hostile, harmlessly_named):
        modules = [path for path in files if re.fullmatch(r"models/models/(_tables/)?[a-z][a-z0-9_]*\.py", path)]
        assert len(modules) == 2
    codes = [{text for path, text in each.items() if path.endswith(".py")} for each in (hostile, harmlessly_named)]
    one, other = codes[0] - codes[1], codes[1] - codes[0]  # all else is the same to the byte
    assert len(one) == len(other) <= 6
    assert sorted(map(blank, one)) == sorted(map(blank, other))
    assert yaml.safe_load(hostile["openapi/openapi.yaml"])


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode there")
def test_a_file_name_that_is_no_text_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as caught:
        generated(tmp_path / "schema", {os.fsdecode(b"a\xff.json"): {}, "b.json": {"$ref": "a.json"}})
    assert {finding.rule.id for finding in caught.value.findings} == {"file-name", "unresolved-reference"}


# What can't be


def nested(levels: int, leaf: Any = 1) -> Any:
    value: Any = leaf
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


LIMITS: dict[str, Any] = {
    "a constant as deep as a file may be": {"const": nested(199)},
    "values as deep as a file may be": {"enum": [nested(198), 1], "default": nested(198), "examples": [nested(198)]},
    "schemas as deep as a file may be": {"properties": {"a": nested(196)}},
    "an unknown dialect that names itself": {"$schema": "http://json-schema.org/draft-03/schema#"},
    "surrogates everywhere": schema("\ud800\ud800"),
    "an anchor with everything": {"$anchor": "a\n\"'<b>{{x}}"},
    "a reference with everything": {"$ref": "#/\n\"'<b>{{x}}\ud800"},
    "a dialect with everything": {"$schema": "\n\"'<b>{{x}}\ud800"},
    "a pattern with everything": {"pattern": "\n\"'<b>{{x}}\ud800("},
    "an endless pattern": {"pattern": "(" * 5000 + ")" * 5000},
    "a big number": {"maximum": 10**300, "multipleOf": 5e-324, "enum": [10**308]},
    "many names": {"required": [str(n) for n in range(1000)], "properties": {f"a b{n}": {} for n in range(100)}},
}


@pytest.mark.parametrize("kind", LIMITS)
def test_at_the_limits_there_are_files_or_findings(tmp_path: Path, kind: str) -> None:
    try:
        files = generated(tmp_path / "schemas", {"a.json": LIMITS[kind]})
    except Rejected as rejected:
        faults = {finding.rule.id for finding in rejected.findings}
        assert faults.isdisjoint({"output-not-well-formed", "grammar-foreign", "template-broken", "prepare-broken"})
        assert all(finding.message and finding.help for finding in rejected.findings)
    else:
        compile(files["models/models/a.py"], "a.py", "exec")


# Instances

INSTANCES: dict[str, Any] = {
    "type": "object",
    "properties": {"unique": {"uniqueItems": True}, "enum": {"enum": [[1], {"a": 1}, 2]}, "step": {"multipleOf": 0.1}},
    "additionalProperties": {"type": ["string", "number", "array", "object"]},
}
MODULUS = (1 << 61) - 1  # what CPython takes integers modulo for their hash

LONG = {
    "keys": lambda n: json.dumps({f"k{i}": "v" for i in range(n)}),
    "one key": lambda n: "{" + ",".join(['"a":"b"'] * n) + "}",
    "open arrays": lambda n: "[" * n,
    "nested objects": lambda n: '{"x":' * n + "1" + "}" * n,
    "digits": lambda n: '{"step":' + "9" * n + "}",
    "digits of a fraction": lambda n: '{"step":0.' + "0" * n + "1}",
    "an exponent": lambda n: '{"step":1e-' + "9" * n + "}",
    "integers of one hash": lambda n: json.dumps({"unique": [i * MODULUS for i in range(n)]}),
    "arrays of one hash": lambda n: json.dumps({"unique": [[i * MODULUS, {"a": i * MODULUS}] for i in range(n)]}),
    "lone surrogates": lambda n: json.dumps({"a": "\ud800" * n}),
    "invalid UTF-8": lambda n: b'{"a":"' + b"\xff" * n + b'"}',
}


@pytest.mark.parametrize("kind", LONG)
def test_hostile_instances_take_linear_time(kind: str) -> None:
    module = codegen.compile_schema(INSTANCES)
    error = sys.modules[f"{module.__package__}._errors"].DecodeError

    def seconds(text: str | bytes) -> float:
        start = time.process_time()
        with contextlib.suppress(error):
            module.loads(text)
        return time.process_time() - start

    seconds(LONG[kind](1000))
    few, many = (min(seconds(LONG[kind](n)) for _ in range(2)) for n in (2000, 20000))
    assert many < 40 * max(few, 0.002)


def test_equality_and_its_key_agree() -> None:
    values: list[Any] = [0, 1, 1.0, -0.0, 0.5, True, False, None, "1", "a", "True", "[]"]
    values += [1 << 60, 2.0**60, 1 << 61, 2.0**61, 10**400, 1e300, int(1e300), -(1 << 61), -(2.0**61)]
    values += [[value] for value in values] + [{"a": value} for value in values]
    values += [[], {}, [","], [",", ""], ["','"], ["a", "b"], ["a,b"], {"a": "b"}, {"a:b": ""}, {"a": 1, "b": 2}]
    values += [{"b": 2.0, "a": 1}, ["a':1"], [[1]], [[[1.0]]]]
    for one in values:
        for other in values:
            assert (_equality.key(one) == _equality.key(other)) == _equality.equal(one, other), (one, other)


def test_the_last_of_two_properties_of_one_name_counts() -> None:
    module = codegen.compile_schema({"properties": {"a": {"type": "integer"}}})
    assert module.loads('{"a": "x", "a": 2}').a == 2
    with pytest.raises(ValueError, match="integer"):
        module.loads('{"a": 2, "a": "x"}')


# Docstrings


@pytest.mark.parametrize("indent", [0, 4])
def test_every_short_text_of_quotes_and_backslashes_is_a_docstring(indent: int) -> None:
    for length in range(1, 7):
        for parts in itertools.product('"\\a', repeat=length):
            text = "".join(parts)
            for whole in (text, f"a\n\n{text}"):
                source = docstring(whole, indent)
                assert ast.literal_eval(source).split() == whole.split(), source
