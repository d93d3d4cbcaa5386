"""The formats of JSON Schema: which dialect has which, and what the generated package does for them."""

from __future__ import annotations

from ..records import dataclass
from ..schema.vocabulary import DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFTS


@dataclass(frozen=True, slots=True)
class PythonType:
    """The Python type of a format's values.

    `imported` is the module of `annotation`'s first name; `decoder` and `encoder` are functions of `module`, a
    module of the generated package: `str -> annotation | None` (None: not valid) and `annotation -> str`.
    """

    annotation: str
    imported: str
    module: str
    decoder: str
    encoder: str
    reader: str = ""  # a quicker decoder, for a caller that keeps the text
    many: str = ""  # returns whether all of many texts are valid, quicker than to read each


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name, the dialect that first has it, its predicate in `_formats`, and its type if it has one."""

    name: str
    since: str
    predicate: str
    python_type: PythonType | None = None


def _typed(annotation: str, module: str, suffix: str) -> PythonType:
    imported = annotation.partition(".")[0]
    quicker = ("read_date_time", "are_date_times") if suffix == "date_time" else ()
    return PythonType(annotation, imported, module, f"decode_{suffix}", f"encode_{suffix}", *quicker)


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format("date-time", DRAFT_4, "date_time", _typed("datetime.datetime", "_datetimes", "date_time")),
        Format("email", DRAFT_4, "email"),
        Format("hostname", DRAFT_4, "hostname"),
        Format("ipv4", DRAFT_4, "ipv4", _typed("ipaddress.IPv4Address", "_ipaddresses", "ipv4")),
        Format("ipv6", DRAFT_4, "ipv6", _typed("ipaddress.IPv6Address", "_ipaddresses", "ipv6")),
        Format("uri", DRAFT_4, "uri"),
        Format("uri-reference", DRAFT_6, "uri_reference"),
        Format("uri-template", DRAFT_6, "uri_template"),
        Format("json-pointer", DRAFT_6, "json_pointer"),
        Format("date", DRAFT_7, "date", _typed("datetime.date", "_datetimes", "date")),
        Format("time", DRAFT_7, "time", _typed("datetime.time", "_datetimes", "time")),
        Format("idn-email", DRAFT_7, "idn_email"),
        Format("idn-hostname", DRAFT_7, "idn_hostname"),
        Format("iri", DRAFT_7, "iri"),
        Format("iri-reference", DRAFT_7, "iri_reference"),
        Format("relative-json-pointer", DRAFT_7, "relative_json_pointer"),
        Format("regex", DRAFT_7, "regex"),
        Format("duration", DRAFT_2019_09, "duration"),
        Format("uuid", DRAFT_2019_09, "uuid", _typed("uuid.UUID", "_uuids", "uuid")),
    )
}


def find(name: str, dialect: str) -> Format | None:
    """Return the format of that name; None if the dialect does not have it, so that it says nothing.

    `dialect` is a metaschema's URI, with or without an empty fragment; one that is not listed counts as the newest.
    """
    format_ = FORMATS.get(name)
    draft = dialect.rstrip("#")
    if format_ is None or draft not in DRAFTS:
        return format_
    return format_ if DRAFTS.index(format_.since) <= DRAFTS.index(draft) else None
