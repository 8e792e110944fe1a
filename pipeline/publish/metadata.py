"""The descriptions that machines read: Frictionless, RO-Crate, PROV, citation file."""

import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from extractors.domain.records import Json
from pipeline.publish.about import About
from pipeline.publish.files import PublishedFile
from pipeline.publish.schema import Column, Table

_TYPES: Final = {"text": "string", "integer": "integer", "number": "number", "boolean": "boolean", "date": "date"}
MEDIA_TYPES: Final = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".db": "application/vnd.sqlite3",
    ".md": "text/markdown",
    ".json": "application/json",
    ".cff": "application/yaml",
}
_DESCRIPTION: Final = (
    "Dates, provinces, figures and award decisions read from Vietnamese articles and minutes, each with its place "
    "in the text and the probability that it is right."
)


def as_json(value: object) -> str:
    """Returns indented JSON, Vietnamese letters as they are, with a line end."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def data_package(about: About, tables: Sequence[Table], files: Sequence[PublishedFile]) -> str:
    """Returns `datapackage.json`: every CSV file with the type and meaning of its columns, keys and hash."""
    by_path = {file.path: file for file in files}
    return as_json(
        {
            "profile": "tabular-data-package",
            "name": "sovang",
            "title": about.title,
            "description": _DESCRIPTION,
            "version": about.version,
            "created": f"{about.date}T00:00:00Z",
            "licenses": [{"name": about.licence.id, "title": about.licence.name, "path": about.licence.url}],
            "contributors": [{"title": about.made_by, "role": "publisher"}],
            "resources": [_resource(table, by_path[f"csv/{table.name}.csv"], tables) for table in tables],
        }
    )


def _resource(table: Table, file: PublishedFile, tables: Sequence[Table]) -> Json:
    present = {each.name for each in tables}
    keys = [
        {"fields": [column.name], "reference": {"resource": other, "fields": [name]}}
        for column in table.columns
        if column.reference
        for other, name in [column.reference]
        if not other or other in present
    ]
    schema: Json = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if keys:
        schema["foreignKeys"] = keys
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": file.path,
        "title": f"{table.title_vi} · {table.title}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": schema,
    }


def _field(column: Column) -> Json:
    field: Json = {"name": column.name, "type": _TYPES[column.type], "description": column.meaning}
    if column.unit:
        field["unit"] = column.unit
    constraints = {}
    if column.is_required:
        constraints["required"] = True
    if column.is_unique:
        constraints["unique"] = True
    if constraints:
        field["constraints"] = constraints
    return field


def ro_crate(about: About, files: Sequence[PublishedFile]) -> str:
    """Returns `ro-crate-metadata.json` of RO-Crate 1.1: the folder, its files, who made it and with what."""
    parts: list[Json] = [
        {
            "@id": file.path,
            "@type": "File",
            "name": PurePosixPath(file.path).name,
            "contentSize": str(file.bytes),
            "encodingFormat": MEDIA_TYPES.get(PurePosixPath(file.path).suffix, "text/plain"),
            "sha256": file.sha256,
        }
        for file in files
    ]
    root: Json = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.title,
        "description": _DESCRIPTION,
        "version": about.version,
        "datePublished": about.date,
        "license": {"@id": about.licence.url},
        "creator": {"@id": "#creator"},
        "inLanguage": ["vi", "en"],
        "hasPart": [{"@id": file.path} for file in files],
    }
    if about.conditions.base_url:
        root["url"] = about.conditions.base_url
    graph: list[Json] = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        root,
        {"@id": "#creator", "@type": "Organization", "name": about.made_by},
        {
            "@id": about.licence.url,
            "@type": "CreativeWork",
            "name": about.licence.name,
            "identifier": about.licence.id,
            "description": about.licence.statement,
        },
        {"@id": "#sovang", "@type": "SoftwareApplication", "name": "Sổ Vàng", "version": about.program},
        {
            "@id": "#publish",
            "@type": "CreateAction",
            "name": "sovang publish",
            "instrument": {"@id": "#sovang"},
            "agent": {"@id": "#creator"},
            "endTime": about.date,
            "result": {"@id": "./"},
        },
        *parts,
    ]
    return as_json({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph})


def prov(about: About, counts: dict[str, int]) -> str:
    """Returns `prov.json` (PROV-JSON): documents, extraction, review and publication. Reviewers are not named."""
    release, database = f"sovang:release-{about.version}", f"sovang:database-{about.digest[:12]}"
    entities: Json = {
        "sovang:documents": {"prov:label": "documents as they came in", "sovang:count": counts["documents"]},
        database: {"prov:label": "working database, one snapshot", "sovang:digest": about.digest},
        release: {"prov:label": about.heading, "prov:type": "prov:Collection", "sovang:records": about.records},
    }
    derived: Json = {
        "_:d1": {"prov:generatedEntity": database, "prov:usedEntity": "sovang:documents"},
        "_:d2": {"prov:generatedEntity": release, "prov:usedEntity": database},
    }
    if about.previous:
        entities[f"sovang:release-{about.previous}"] = {"prov:label": f"{about.title}, version {about.previous}"}
        derived["_:d3"] = {
            "prov:generatedEntity": release,
            "prov:usedEntity": f"sovang:release-{about.previous}",
            "prov:type": "prov:Revision",
        }
    activities: Json = {
        f"sovang:extraction-{version}": {"prov:label": f"extraction by version {version}"}
        for version in about.extractors
    }
    activities["sovang:review"] = {"prov:label": "review by people", "sovang:decided": counts["reviewed"]}
    activities["sovang:publication"] = {"prov:label": "sovang publish", "prov:endTime": f"{about.date}T00:00:00Z"}
    return as_json(
        {
            "prefix": {"sovang": f"{about.conditions.base_url.rstrip('/') or 'urn:sovang'}#"},
            "entity": entities,
            "activity": activities,
            "agent": {
                "sovang:program": {"prov:type": "prov:SoftwareAgent", "prov:label": about.program},
                "sovang:reviewers": {"prov:type": "prov:Person", "prov:label": "reviewers"},
                "sovang:creator": {"prov:type": "prov:Organization", "prov:label": about.made_by},
            },
            "wasDerivedFrom": derived,
            "used": {
                f"_:u{number}": {"prov:activity": activity, "prov:entity": "sovang:documents"}
                for number, activity in enumerate((a for a in activities if "extraction" in a), 1)
            },
            "wasGeneratedBy": {
                "_:g1": {"prov:entity": release, "prov:activity": "sovang:publication"},
                "_:g2": {"prov:entity": database, "prov:activity": "sovang:review"},
            },
            "wasAssociatedWith": {
                "_:a1": {"prov:activity": "sovang:publication", "prov:agent": "sovang:program"},
                "_:a2": {"prov:activity": "sovang:review", "prov:agent": "sovang:reviewers"},
            },
            "wasAttributedTo": {"_:t1": {"prov:entity": release, "prov:agent": "sovang:creator"}},
        }
    )


def citation_file(about: About) -> str:
    """Returns `CITATION.cff` (Citation File Format 1.2.0); strings are JSON, which YAML reads."""
    fields: list[tuple[str, object]] = [
        ("cff-version", "1.2.0"),
        ("message", "If you use this dataset, please cite it as below."),
        ("type", "dataset"),
        ("title", about.title),
        ("version", about.version),
        ("date-released", about.date),
        ("license", about.licence.id),
    ]
    if about.conditions.base_url:
        fields.append(("url", about.conditions.base_url))
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields]
    lines += ["authors:", f"  - name: {json.dumps(about.made_by, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n"
