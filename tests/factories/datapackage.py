"""A reader of Data Packages (Frictionless Standards, version 1) that knows nothing else of us."""

import csv
import datetime
import io
import json
import zipfile

READ_AS = {
    "string": str,
    "integer": int,
    "date": datetime.date.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
}


class DataPackage:
    """A reader of Data Packages: what a file holds, `datapackage.json` says."""

    def __init__(self, file):
        self.archive = zipfile.ZipFile(file)
        self.descriptor = json.loads(self.archive.read("datapackage.json"))
        self.tables = {one["name"]: self.rows(one) for one in self.descriptor["resources"]}
        self.mistakes = [
            mistake
            for one in self.descriptor["resources"]
            for mistake in [*self.of_keys(one), *self.of_references(one)]
        ]

    def rows(self, resource: dict) -> list[dict]:
        schema, dialect = resource["schema"], resource["dialect"]
        text = self.archive.read(resource["path"]).decode(resource["encoding"])
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect["delimiter"])
        headings, *lines = list(reader)
        assert headings == [field["name"] for field in schema["fields"]]
        return [self.row(schema, line) for line in lines]

    def row(self, schema: dict, line: list[str]) -> dict:
        row = {}
        for field, written in zip(schema["fields"], line, strict=True):
            constraints = field.get("constraints", {})
            if written in schema["missingValues"]:
                assert not constraints.get("required"), field["name"]
                row[field["name"]] = None
                continue
            assert written in constraints.get("enum", [written])
            row[field["name"]] = READ_AS[field["type"]](written)
        return row

    def of_keys(self, resource: dict) -> list[str]:
        key = resource["schema"]["primaryKey"]
        found = [tuple(row[name] for name in key) for row in self.tables[resource["name"]]]
        return [resource["name"]] if len(set(found)) < len(found) or None in sum(found, ()) else []

    def of_references(self, resource: dict) -> list[str]:
        wrong = []
        for one in resource["schema"]["foreignKeys"]:
            to = one["reference"]
            known = {tuple(row[n] for n in to["fields"]) for row in self.tables[to["resource"]]}
            said = {tuple(row[n] for n in one["fields"]) for row in self.tables[resource["name"]]}
            wrong += [f"{resource['name']} to {to['resource']}"] if said - known else []
        return wrong
