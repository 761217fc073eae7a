#!/usr/bin/env python3
"""Reads facts about Kubernetes' own kinds off a running kube-apiserver, into this module's resources.

    read.py https://127.0.0.1:16443 TOKEN

Writes table/columns.json (the columns of each kind's Table, with their descriptions) and
openapi/descriptions.json.gz (the descriptions of schemas and of their fields, as `kubectl explain`
shows them). Both texts are Kubernetes' API documentation, Apache License 2.0. The certificate of
the server is not checked: it is one on this machine, started for this purpose.
"""
import gzip
import json
import pathlib
import ssl
import sys
import urllib.error
import urllib.request

RESOURCES = pathlib.Path(__file__).parent.parent / "main/resources/dev/glovebox/apiserver"
TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1"


def main(server, token):
    def get(path, accept="application/json"):
        request = urllib.request.Request(server + path)
        request.add_header("Authorization", "Bearer " + token)
        request.add_header("Accept", accept)
        context = ssl._create_unverified_context()
        with urllib.request.urlopen(request, context=context) as answer:
            return json.load(answer)

    kinds = json.loads((RESOURCES / "kinds/resources.json").read_text())
    (RESOURCES / "table/columns.json").write_text(
        json.dumps(columns(get, kinds), indent=0, sort_keys=True) + "\n")
    text = json.dumps(descriptions(get), sort_keys=True, separators=(",", ":"))
    with open(RESOURCES / "openapi/descriptions.json.gz", "wb") as out:
        out.write(gzip.compress(text.encode(), mtime=0))


def columns(get, kinds):
    found = {}
    for kind in kinds:
        if "/" in kind["resource"] or "list" not in kind["verbs"]:
            continue
        group, version, plural = kind["group"], kind["version"], kind["resource"]
        root = f"/apis/{group}/{version}" if group else f"/api/{version}"
        try:
            table = get(f"{root}/{plural}?limit=1", TABLE)
        except urllib.error.HTTPError as refusal:
            if refusal.code != 404:
                raise
            print(f"not served: {root}/{plural}")
            continue
        found[f"{group}/{version}/{plural}"] = [
            {key: value for key, value in column.items() if value != ""}
            for column in table["columnDefinitions"]]
    return found


def descriptions(get):
    found = {}
    for path in get("/openapi/v3")["paths"]:
        if path.startswith(("api/", "apis/")) and path.count("/") > 0:
            schemas = get("/openapi/v3/" + path).get("components", {}).get("schemas", {})
            for name, schema in schemas.items():
                fields = {field: text for field, own in schema.get("properties", {}).items()
                          if (text := own.get("description"))}
                found[name] = {"text": schema.get("description", ""), "fields": fields}
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
