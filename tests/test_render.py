"""Tests of codegen.render: what a template may print, and how a broken artifact is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.app.artifact_toml import SCHEMA, read_artifact
from codegen.app.settings_schema import packaged
from codegen.findings import Finding, Rejected
from codegen.incremental.rendering import render as incremental
from codegen.ir import Document, Location, Package
from codegen.render.templates import BUNDLED, Artifact, render

ROW = '[[templates]]\ntemplate = "{0}"\neach = "{1}"\npath = "{2}"\nlanguage = "python"\n'
SETTING = 'name = "mine"\npurpose = "a test"\nsettings.s = {{ type = "{0}", default = {1}, purpose = "" }}\n'
HEAD = 'name = "mine"\npurpose = "a test"\n'


def document(path: str, *, public: bool = True) -> Document:
    location = Location(path)
    return Document(path, path.removesuffix(".json"), location, path, "", "{}", {}, public)


PACKAGE = Package("models", (document("a.json"), document("b.json"), document("meta.json", public=False)), {}, {}, {})


def folder(tmp_path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def artifact(tmp_path: Path, template: str, *, each: str = "run", path: str = "out.txt", prepare: str = "") -> Artifact:
    files = {"artifact.toml": HEAD + ROW.format("page.jinja", each, path), "page.jinja": template}
    return read_artifact(folder(tmp_path, {**files, **({"prepare.py": prepare} if prepare else {})}))


def printed(made: Artifact) -> dict[str, str]:
    return {file.path: file.text for file in render(PACKAGE, [made], {})}


def faults(made: Artifact) -> tuple[Finding, ...]:
    with pytest.raises(Rejected) as caught:
        render(PACKAGE, [made], {})
    return caught.value.findings


def test_every_item_of_a_template_is_a_file(tmp_path: Path) -> None:
    made = artifact(tmp_path, "{{ document.module|identifier }}\n", each="document", path="pages/{document}.txt")
    assert printed(made) == {"pages/a.txt": "a\n", "pages/b.txt": "b\n"}


def test_a_file_knows_what_it_was_made_for(tmp_path: Path) -> None:
    made = artifact(tmp_path, "x", each="document", path="{package}/{document}.txt")
    assert [(file.path, file.template, file.documents) for file in render(PACKAGE, [made], {})] == [
        ("models/a.txt", "page.jinja", ("a.json",)),
        ("models/b.txt", "page.jinja", ("b.json",)),
    ]


def test_prepare_gives_items_and_sees_the_settings(tmp_path: Path) -> None:
    prepare = "def prepare(package, settings):\n    return {'word': [{'name': w} for w in settings['words']]}\n"
    made = artifact(tmp_path, "{{ name|literal }}", each="word", path="{name}.txt", prepare=prepare)
    rendered = render(PACKAGE, [made], {"mine": {"words": ["x", "y"]}})
    assert [(file.path, file.text) for file in rendered] == [("x.txt", '"x"'), ("y.txt", '"y"')]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ 'a\"b'|literal }}", "'a\"b'"),
        ("{{ 'a\"b\\'c'|literal }}", '"a\\"b\'c"'),
        ("{{ 3 }}", "3"),
        ("{% macro m(x) %}<{{ x|literal }}>{% endmacro %}{{ m('y') }}", '<"y">'),
        ("{% set s %}{{ 'y'|identifier }}!{% endset %}{{ s }}", "y!"),
        ("{% for d in package.documents %}\n{{ d.module|identifier }}\n{% endfor %}\n", "a\nb\nmeta\n"),
    ],
)
def test_what_an_escape_made_is_printed(tmp_path: Path, template: str, text: str) -> None:
    assert printed(artifact(tmp_path, template)) == {"out.txt": text}


@pytest.mark.parametrize(
    "expression",
    [
        "'plain'",
        "package.name",
        "package.name|safe",
        "package.name|upper",
        "('a'|identifier) ~ package.name",
        "('a'|identifier) + package.name",
        "('a'|identifier).upper()",
        "('a'|identifier).__class__(package.name)",
        "[package.name]|join(', ')",
        "none",
        "true",
        "1.5",
        "package",
        "nobody",
        "package.nothing",
    ],
)
def test_nothing_else_is_printed(tmp_path: Path, expression: str) -> None:
    findings = faults(artifact(tmp_path, "\n\n{{ " + expression + " }}"))
    assert [finding.rule.id for finding in findings] == ["template-broken"]
    assert (Path(findings[0].place.file).name, findings[0].place.line) == ("page.jinja", 3)


def test_a_template_of_no_jinja_is_reported_with_its_line(tmp_path: Path) -> None:
    (finding,) = faults(artifact(tmp_path, "\n{% if %}"))
    assert (finding.rule.id, Path(finding.place.file).name, finding.place.line) == ("template-broken", "page.jinja", 2)


def test_a_fault_in_prepare_is_reported_with_its_line(tmp_path: Path) -> None:
    (finding,) = faults(artifact(tmp_path, "", prepare="def prepare(package, settings):\n    return 1 / 0\n"))
    assert (finding.rule.id, Path(finding.place.file).name, finding.place.line) == ("prepare-broken", "prepare.py", 2)
    assert "ZeroDivisionError" in finding.message


WORDS = """
from codegen.escapes import Code
from codegen.escapes.python import literal
from codegen.ir import Parts


def prepare(package, settings):
    words = [{"word": word} for word in settings["words"]]
    return Parts(words, letters, lambda made: Parts(made, text, joined, "-"), 2)


def letters(index, item):
    return {"word": item["word"] * index} if item["word"] else None


def text(index, item):
    return item and literal(index + item["word"])


def joined(texts):
    return {"run": [{"texts": [Code(text) for text in texts if text]}]}
"""


def test_a_file_is_joined_from_parts(tmp_path: Path) -> None:
    made = artifact(tmp_path, "{% for text in texts %}{{ text }} {% endfor %}", prepare=WORDS)
    for words, text in ((["a", "", "b"], '"-aa" "-bb" '), ([], "")):
        (file,) = incremental(PACKAGE, [made], {"mine": {"words": words}}, {}, None)
        assert (file.text, file.documents) == (text, ("a.json", "b.json", "meta.json"))
        assert render(PACKAGE, [made], {"mine": {"words": words}}) == (file,)


@pytest.mark.parametrize(("function", "line"), [("letters", 13), ("text", 17), ("joined", 21)])
def test_a_fault_in_a_part_is_reported_with_its_line(tmp_path: Path, function: str, line: int) -> None:
    lines = WORDS.splitlines()
    assert lines[line - 2].startswith(f"def {function}(")
    broken = "\n".join([*lines[: line - 1], "    return 1 / 0", *lines[line:]])
    made = artifact(tmp_path, "", prepare=broken)
    with pytest.raises(Rejected) as caught:
        render(PACKAGE, [made], {"mine": {"words": ["a"]}})
    (finding,) = caught.value.findings
    assert (finding.rule.id, Path(finding.place.file).name, finding.place.line) == (
        "prepare-broken",
        "prepare.py",
        line,
    )


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a//b", "a/./b", "C:x", "a\\b", "", "a/", "manifest.json", "a\tb", "x.", "a/ b"]
)
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    prepare = f"def prepare(package, settings):\n    return {{'word': [{{'name': {path!r}}}]}}\n"
    (finding,) = faults(artifact(tmp_path, "x", each="word", path="{name}", prepare=prepare))
    assert finding.rule.id == "path-outside"


@pytest.mark.parametrize(("one", "other"), [("a.txt", "a.txt"), ("a.txt", "A.txt"), ("a", "a/b"), ("a/b", "A")])
def test_two_files_in_one_place_are_refused(tmp_path: Path, one: str, other: str) -> None:
    prepare = f"def prepare(package, settings):\n    return {{'word': [{{'name': n}} for n in {[one, other]!r}]}}\n"
    (finding,) = faults(artifact(tmp_path, "x", each="word", path="{name}", prepare=prepare))
    assert finding.rule.id == "path-twice"


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("a.py", "def f(:\n"),
        ("a.py", "return 1\n"),
        ("a.py", "x = '\\d'\n"),
        ("a.json", "{,}"),
        ("a.toml", "a = = 1"),
        ("a.md", "\ud800"),
    ],
)
def test_a_text_that_can_not_be_read_again_is_refused(tmp_path: Path, path: str, template: str) -> None:
    prepare = (
        "from codegen.escapes import Code\n"
        f"def prepare(package, settings):\n    return {{'run': [{{'text': Code({template!r})}}]}}\n"
    )
    (finding,) = faults(artifact(tmp_path, "{{ text }}", path=path, prepare=prepare))
    assert (finding.rule.id, finding.place.file) == ("output-not-well-formed", path)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("name = ", "this is not TOML"),
        (f"name = {'9' * 5000}", "this is not TOML"),
        (f"name = {'[' * 5000}", "this is not TOML"),
        ('purpose = "x"\ntemplates = []\n', "name is missing"),
        (HEAD + "colour = 1\ntemplates = []\n", "colour is not known"),
        (HEAD + "templates = 1\n", "templates is of the type integer"),
        (HEAD.replace("mine", "My own") + "templates = []\n", 'name is "My own", which is not a name of an artifact'),
        (HEAD + ROW.format("nowhere.jinja", "run", "x"), 'templates.0.template names "nowhere.jinja", which is not'),
        (HEAD + ROW.format("../artifact.toml", "run", "x"), "which is not a file of its folder"),
        (HEAD + ROW.format("a\\u0000", "run", "x"), "which is not a file of its folder"),
        (HEAD + ROW.format("artifact.toml", "run", "x") + "more = 1\n", "templates.0.more is not known"),
        (HEAD + ROW.format("artifact.toml", "run", "x").replace("python", "cobol"), 'templates.0.language is "cobol"'),
        (HEAD + '[[templates]]\ntemplate = "artifact.toml"\n', "templates.0.each is missing"),
        (HEAD + "reads = [1]\ntemplates = []\n", "reads.0 is of the type integer"),
        (HEAD + 'settings = "x.toml"\ntemplates = []\n', 'settings is "x.toml", which is not a file of a schema'),
        (HEAD + 'settings = "x.json"\ntemplates = []\n', 'settings names "x.json", which is not a file of its folder'),
        (SETTING.format("integer", "'1'") + "templates = []\n", "the default is not valid: s is of the type string"),
        (SETTING.format("string", "1979-05-27"), "settings.s.default is 1979-05-27, which has no form in JSON"),
    ],
)
def test_a_wrong_artifact_toml_is_reported(tmp_path: Path, toml: str, message: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_artifact(folder(tmp_path, {"artifact.toml": toml}))
    assert any(message in finding.message for finding in caught.value.findings)


@pytest.mark.parametrize(("each", "path"), [("moon", "x"), ("run", "{moon}")])
def test_a_template_for_items_that_nobody_gives_is_reported(tmp_path: Path, each: str, path: str) -> None:
    (finding,) = faults(artifact(tmp_path, "x", each=each, path=path))
    assert finding.rule.id == "artifact-broken"
    assert "moon" in finding.message


def test_all_broken_artifacts_are_reported_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    broken = [artifact(tmp_path / name, "{{ nobody }}", path=name) for name in ("one", "two")]
    with pytest.raises(Rejected) as caught:
        render(PACKAGE, broken, {})
    assert len(caught.value.findings) == 2


def test_the_bundled_artifacts_are_sound() -> None:
    names = {folder.name for folder in BUNDLED.iterdir() if (folder / "artifact.toml").is_file()}
    assert {read_artifact(BUNDLED / name).name for name in names} == names
    escapes = {path.stem for path in (BUNDLED.parent / "escapes").glob("*.py")} - {"__init__"}
    languages = packaged(SCHEMA).schema["definitions"]["template"]["properties"]["language"]  # type: ignore[call-overload, index]
    assert languages["enum"] == sorted(escapes)
