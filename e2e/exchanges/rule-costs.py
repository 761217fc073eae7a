#!/usr/bin/env python3
"""What a real kube-apiserver estimates rules of schemas to cost, found out by asking it.

    rule-costs.py record --server URL --token TOKEN rule-costs.json

Each rule of rule-costs.json is put on the items of a list, in definitions that are only tried
(dryRun=All), and the smallest maxItems of that list is sought with which the rule is refused. The
answer is put beside the rule: "items" is that number, "message" what is said then. Where "items" is
0, no number was found. Python 3.11, no packages.
"""
import argparse, copy, http.client, json, ssl, sys, urllib.parse

MOST = 1 << 40


class Server:
    def __init__(self, url, token):
        at = urllib.parse.urlparse(url)
        self.link = http.client.HTTPSConnection(at.hostname, at.port, context=ssl._create_unverified_context())
        self.token = token

    def create(self, definition):
        self.link.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
                          json.dumps(definition), {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"})
        answer = self.link.getresponse()
        return answer.status, json.loads(answer.read())


def definition(schema, rule, items):
    schema = copy.deepcopy(schema)
    schema["x-kubernetes-validations"] = [rule]
    root = {"type": "object", "properties": {"list": {"type": "array", "maxItems": items, "items": schema}}}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "costs.costs.example.com"},
            "spec": {"group": "costs.example.com", "scope": "Namespaced",
                     "names": {"plural": "costs", "singular": "cost", "kind": "Cost", "listKind": "CostList"},
                     "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": root}}]}}


def asked(server, schema, rule, items):
    status, body = server.create(definition(schema, rule, items))
    if status == 201:
        return None
    causes = body.get("details", {}).get("causes", [])
    costs = [c for c in causes if c["field"].endswith((".rule", ".messageExpression"))]
    if not costs:
        sys.exit(f"{rule}: {body.get('message')}")
    return costs[0]["field"].rsplit(".", 1)[1] + ": " + costs[0]["message"]


def sought(server, schema, rule):
    low, high = 0, 1
    while high <= MOST:
        words = asked(server, schema, rule, high)
        if words:
            break
        low, high = high, high * 2
    else:
        return 0, ""
    if "exceeds budget" not in words:
        return high, words
    while high - low > 1:
        middle = (low + high) // 2
        found = asked(server, schema, rule, middle)
        if found:
            high, words = middle, found
        else:
            low = middle
    return high, words


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("do", choices=["record"])
    parser.add_argument("--server", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("file")
    args = parser.parse_args()
    with open(args.file) as file:
        data = json.load(file)
    server = Server(args.server, args.token)
    for case in data["rules"]:
        rule = {key: case[key] for key in ("rule", "messageExpression") if key in case}
        case["items"], case["message"] = sought(server, data["schemas"][case["on"]], rule)
    with open(args.file, "w") as file:
        text = json.dumps(data["schemas"], indent=1, sort_keys=True)
        file.write('{"schemas": ' + text + ',\n"rules": [\n')
        file.write(",\n".join(json.dumps(case) for case in data["rules"]) + "\n]}\n")


if __name__ == "__main__":
    main()
