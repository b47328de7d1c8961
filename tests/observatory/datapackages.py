"""Reading a data package as a stranger would: what the standard asks of it, and its tables against that."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import date

import duckdb

_TYPES = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "date": date.fromisoformat,
}
_NAME = re.compile(r"[-a-z0-9._]+")


class Package:
    """An archive, opened."""

    def __init__(self, path):
        self.archive = zipfile.ZipFile(path)
        assert self.archive.testzip() is None
        self.description = json.loads(self.archive.read("datapackage.json"))
        self.resources = {one["name"]: one for one in self.description["resources"]}
        self.tables = [name for name, one in self.resources.items() if one["format"] == "csv"]

    def text(self, name):
        return self.archive.read(name).decode("utf-8")

    def everything(self):
        """All that anyone can read in it, unpacked."""
        return "\n".join(
            self.archive.read(name).decode("utf-8", "replace") for name in self.archive.namelist()
        )

    def rows(self, name):
        """The rows of a table, each value of the type its column announces."""
        resource = self.resources[name]
        fields = {one["name"]: one for one in resource["schema"]["fields"]}
        missing = resource["schema"]["missingValues"]
        found = []
        for row in csv.DictReader(io.StringIO(self.text(resource["path"]))):
            assert list(row) == list(fields)
            found.append(
                {
                    name: None if text in missing else _TYPES[fields[name]["type"]](text)
                    for name, text in row.items()
                }
            )
        return found

    def parquet(self, name, folder):
        """The same table, read from its other form."""
        path = folder / f"{name}.parquet"
        path.write_bytes(self.archive.read(self.resources[f"{name}-parquet"]["path"]))
        connection = duckdb.connect()
        try:
            answer = connection.execute(f"SELECT * FROM read_parquet('{path}')")
            names = [column[0] for column in answer.description]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        finally:
            connection.close()


def check_description(told):
    """The rules of the Data Package 2.0 profiles that a description can break."""
    assert told["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert _NAME.fullmatch(told["name"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", told["created"])
    assert told["resources"]
    assert all(one.get("name") or one.get("path") for one in told["licenses"])
    assert all(one.get("title") for one in told["sources"])
    assert all(isinstance(word, str) for word in told["keywords"])
    names = [one["name"] for one in told["resources"]]
    assert len(set(names)) == len(names)
    fields_of = {}
    for one in told["resources"]:
        assert _NAME.fullmatch(one["name"])
        assert ("path" in one) != ("data" in one)
        assert not one["path"].startswith(("/", "."))
        assert ".." not in one["path"]
        assert one["type"] == "table"
        assert one["title"]
        assert one["mediatype"]
        fields_of[one["name"]] = _check_schema(one["schema"])
    for one in told["resources"]:
        for key in one["schema"].get("foreignKeys", ()):
            target = key["reference"].get("resource", one["name"])
            assert set(key["fields"]) <= fields_of[one["name"]]
            assert set(key["reference"]["fields"]) <= fields_of[target]
            assert len(key["fields"]) == len(key["reference"]["fields"])


def _check_schema(schema):
    assert schema["$schema"] == "https://datapackage.org/profiles/2.0/tableschema.json"
    names = [field["name"] for field in schema["fields"]]
    assert names
    assert len(set(names)) == len(names)
    assert {field["type"] for field in schema["fields"]} <= set(_TYPES)
    assert all(field["title"] for field in schema["fields"])
    assert all(isinstance(text, str) for text in schema["missingValues"])
    assert schema["primaryKey"]
    assert set(schema["primaryKey"]) <= set(names)
    return set(names)


def check_tables(package):
    """Every file is the one described, and its rows keep what its schema promises."""
    for one in package.resources.values():
        content = package.archive.read(one["path"])
        assert (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}") == (one["bytes"], one["hash"])
    found = {name: package.rows(name) for name in package.tables}
    for name, rows in found.items():
        schema = package.resources[name]["schema"]
        for field in schema["fields"]:
            values = [row[field["name"]] for row in rows]
            held = field.get("constraints", {})
            assert None not in values or not held.get("required"), (name, field["name"])
            assert len(set(values)) == len(values) or not held.get("unique"), (name, field["name"])
        keys = [tuple(row[column] for column in schema["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys), name
        for key in schema.get("foreignKeys", ()):
            target = found[key["reference"].get("resource", name)]
            (column,), (other,) = key["fields"], key["reference"]["fields"]
            known = {row[other] for row in target}
            assert {row[column] for row in rows} - {None} <= known, (name, column)
