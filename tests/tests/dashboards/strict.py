"""What other people's schemas have against files of `dashboards/`: nothing is printed, and the status is 0, where it is nothing.

    strict.py json FILE             its documents, as JSON; a key that is there twice is an error
    strict.py kubernetes FILE..     objects of Kubernetes and of the Prometheus Operator
    strict.py dashboards FILE..     dashboards of Grafana

What a schema does not know is refused, not passed over.
"""

import json
import sys

import yaml

VERSION = "1.37"


class Strict(yaml.SafeLoader):
    """PyYAML takes the last of two equal keys."""


def mapping(loader, node):
    keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"twice: {twice}", node.start_mark)
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)


def documents(file):
    with open(file, encoding="utf-8") as text:
        return list(yaml.load_all(text, Loader=Strict))


def lost(before, after, path=""):
    """What of `before` is not in `after`, which read it and wrote what it knows."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key in after:
                yield from lost(value, after[key], f"{path}.{key}")
            elif value is not None:
                yield f"{path}.{key}"
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for one, other in zip(before, after):
            yield from lost(one, other, f"{path}[]")
    elif before != after:
        yield f"{path}: {before!r} became {after!r}"


def kubernetes(file):
    import kubernetes_validate

    for document in documents(file):
        name = f"{file}: {document['kind']}"
        if document["apiVersion"] == "monitoring.coreos.com/v1":
            import cloudcoil.models.prometheus_operator.v1 as operator

            model = getattr(operator, document["kind"]).model_validate(document)
            after = json.loads(model.model_dump_json(by_alias=True, exclude_unset=True))
            yield from (f"{name}{it}" for it in sorted(set(lost(document, after))))
        else:
            try:
                kubernetes_validate.validate(document, VERSION, strict=True)
            except kubernetes_validate.ValidationError as error:
                yield f"{name}: {error.message}"


# Of Prometheus' plugin and of Grafana's variables, which the SDK's schemas (of Grafana 10.1) leave out.
UNTYPED = {
    ".annotations.list[].titleFormat",
    ".annotations.list[].useValueForTime",
    ".templating.list[].definition",
}


def dashboards(file):
    import importlib

    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models import dashboard, prometheus

    def faults(model, value, path):
        # What is read is changed by it.
        after = JSONEncoder().encode(model.from_json(json.loads(json.dumps(value))))
        return (f"{file}: {path}{it}" for it in set(lost(value, json.loads(after))) - UNTYPED)

    with open(file, encoding="utf-8") as text:
        board = json.load(text)
    yield from faults(dashboard.Dashboard, board, "")
    for panel in board["panels"]:
        if panel["type"] == "row":
            continue
        kind = importlib.import_module(
            "grafana_foundation_sdk.models." + panel["type"].replace("-", "")
        )
        path = f"{panel['title']}.options"
        yield from faults(kind.Options, panel["options"], path)
        custom = panel["fieldConfig"]["defaults"].get("custom")
        if custom is not None:
            yield from faults(kind.FieldConfig, custom, f"{panel['title']}.custom")
        for target in panel["targets"]:
            yield from faults(prometheus.Dataquery, target, f"{panel['title']}.target")


def main(what, files):
    if what == "json":
        json.dump([document for file in files for document in documents(file)], sys.stdout)
        return 0
    judge = {"kubernetes": kubernetes, "dashboards": dashboards}[what]
    found = [fault for file in files for fault in judge(file)]
    print("\n".join(found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
