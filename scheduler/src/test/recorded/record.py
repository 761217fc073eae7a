#!/usr/bin/env python3
"""What a real kube-scheduler decides, as cases of RecordedSchedulingTest.

  record.py KUBECONFIG CASES.yaml OUT.json [case...]

KUBECONFIG is an administrator's of an API server on which kube-scheduler works and nothing else:
no kubelet, no controllers, and DynamicResources taken out of kube-scheduler's profile. Everything
there is deleted from case to case. A case has nodes, pods that are there, other objects, and the pod
that comes; what is not said is as in `defaults`. An object with a deletionTimestamp is deleted, and
stays for its finalizer. What has an owner belongs to the pod that comes, and its uid is told.
"""
import copy, json, subprocess, sys, time
import yaml

config, cases_file, out_file, wanted = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]


def kubectl(*args, data=None, check=True):
    done = subprocess.run(
        ["kubectl", "--kubeconfig", config, *args],
        input=None if data is None else json.dumps(data),
        capture_output=True, text=True)
    if check and done.returncode:
        raise SystemExit(f"kubectl {' '.join(args)}: {done.stderr}")
    return done.stdout


def merge(base, over):
    result = copy.deepcopy(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merge(result[key], value) if both else copy.deepcopy(value)
    return result


def create(manifest):
    status = manifest.get("status")
    kind = manifest["kind"].lower()
    name, namespace = manifest["metadata"]["name"], manifest["metadata"].get("namespace")
    where = ["-n", namespace] if namespace else []
    kubectl("create", "-f", "-", data={k: v for k, v in manifest.items() if k != "status"})
    if kind == "node":
        # The API server keeps a new node from pods until it is ready.
        kubectl("patch", "node", name, "--type=merge", "-p",
                json.dumps({"spec": {"taints": manifest.get("spec", {}).get("taints", [])}}))
    if status:
        kubectl("patch", kind, name, *where, "--subresource=status", "--type=merge",
                "-p", json.dumps({"status": status}))
    if manifest["metadata"].get("deletionTimestamp"):
        kubectl("delete", kind, name, *where, "--wait=false")


def listed(kinds):
    return json.loads(kubectl("get", kinds, "-A", "-o", "json"))["items"]


def clean():
    for kind in ["pods", "services", "replicasets", "poddisruptionbudgets", "runtimeclasses"]:
        kubectl("delete", kind, "--all", "-A", "--force", "--grace-period=0", "--wait=false")
    kubectl("delete", "nodes,storageclasses,persistentvolumes", "--all", "--wait=false")
    kubectl("delete", "persistentvolumeclaims", "--all", "-A", "--wait=false")
    # Nobody is there who would take protection away.
    for kept in listed("persistentvolumes,persistentvolumeclaims"):
        where = ["-n", kept["metadata"]["namespace"]] if "namespace" in kept["metadata"] else []
        kubectl("patch", kept["kind"].lower(), kept["metadata"]["name"], *where, "--type=merge",
                "-p", '{"metadata":{"finalizers":null}}', check=False)
    while listed("pods,nodes,persistentvolumes,persistentvolumeclaims"):
        time.sleep(0.1)


def full(case, defaults):
    nodes = [merge(defaults["node"], node) for node in case.get("nodes", [])]
    for node in nodes:
        node["metadata"].setdefault("labels", {}).setdefault(
            "kubernetes.io/hostname", node["metadata"]["name"])
    pods = [merge(defaults["pod"], pod) for pod in case.get("pods", [])]
    return {"name": case["name"], "nodes": nodes, "pods": pods,
            "objects": case.get("objects", []),
            "incoming": merge(defaults["pod"], case["incoming"])}


def binding():
    """What kube-scheduler asks others to do about claims before it places a pod."""
    volumes = {pv["spec"]["claimRef"]["name"]: pv["metadata"]["name"]
               for pv in listed("persistentvolumes") if pv["spec"].get("claimRef", {}).get("uid")}
    selected = {claim["metadata"]["name"]: node
                for claim in listed("persistentvolumeclaims")
                for key, node in claim["metadata"].get("annotations", {}).items()
                if key == "volume.kubernetes.io/selected-node"}
    return {"volumes": volumes, "selected": selected}


def decided(incoming, before):
    name = incoming["metadata"]["name"]
    for _ in range(200):
        pod = json.loads(kubectl("get", "pod", name, "-o", "json"))
        if not pod["spec"].get("nodeName") and binding() != before:
            time.sleep(0.5)
            return binding()
        if pod["spec"].get("nodeName"):
            return {"node": pod["spec"]["nodeName"]}
        for condition in pod["status"].get("conditions", []):
            if condition["type"] == "PodScheduled" and condition.get("message"):
                return {"message": condition["message"]}
        time.sleep(0.1)
    raise SystemExit(f"{name}: no decision")


def victims(expected):
    if "message" not in expected or "preemption:" in expected["message"]:
        return expected
    # Who has to leave is deleted after the verdict.
    time.sleep(1.5)
    pods = json.loads(kubectl("get", "pods", "-A", "-o", "json"))["items"]
    leaving = [p["metadata"]["name"] for p in pods if p["metadata"].get("deletionTimestamp")]
    nominated = [p["status"]["nominatedNodeName"] for p in pods if p["status"].get("nominatedNodeName")]
    return {**expected, "victims": sorted(leaving), **({"nominated": nominated[0]} if nominated else {})}


document = yaml.safe_load(open(cases_file))
defaults = document["defaults"]
for manifest in document["once"]:
    if kubectl("get", manifest["kind"], manifest["metadata"]["name"],
               "-n", manifest["metadata"].get("namespace", "default"), "--ignore-not-found") == "":
        create(manifest)
known = {}
results = []
for case in document["cases"]:
    if wanted and case["name"] not in wanted:
        continue
    clean()
    recorded = full(case, defaults)
    owned = [each for each in recorded["objects"] if "ownerReferences" in each["metadata"]]
    for manifest in recorded["nodes"] + recorded["objects"] + recorded["pods"]:
        if manifest not in owned:
            create(manifest)
    time.sleep(0.3)
    before = binding()
    if owned:
        gate = {"spec": {"schedulingGates": [{"name": "example.com/owned"}]}}
        create(merge(recorded["incoming"], gate))
        name = recorded["incoming"]["metadata"]["name"]
        uid = kubectl("get", "pod", name, "-o", "jsonpath={.metadata.uid}")
        for manifest in owned:
            create(json.loads(json.dumps(manifest).replace('"the-pod"', f'"{uid}"')))
        time.sleep(0.3)
        kubectl("patch", "pod", name, "--type=merge", "-p", '{"spec":{"schedulingGates":null}}')
        recorded["incoming"]["metadata"]["uid"] = "the-pod"
    else:
        create(recorded["incoming"])
    recorded["expected"] = victims(decided(recorded["incoming"], before))
    # What admission made of the pods.
    seen = json.loads(kubectl("get", "pods", "-A", "-o", "json"))["items"]
    specs = {p["metadata"]["name"]: p["spec"] for p in seen}
    for pod in recorded["pods"] + [recorded["incoming"]]:
        for field in ["priority", "preemptionPolicy"]:
            pod["spec"][field] = specs[pod["metadata"]["name"]][field]
    results.append(recorded)
    print(case["name"], json.dumps(recorded["expected"]))
clean()
json.dump({"once": document["once"], "cases": results}, open(out_file, "w"), indent=1)
