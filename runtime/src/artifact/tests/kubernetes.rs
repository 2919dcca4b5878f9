//! The rules and dashboards once more, as objects of Kubernetes: committed in `dashboards/kubernetes`, beside what is written by hand.

use super::assert_committed;
use crate::artifact::{boards, dashboard, program::Program, rules, yaml::write};
use std::fmt::Write as _;

/// The bytes of an object that `kubectl apply` can keep a copy of in an annotation: those of all annotations together
/// ("Annotations", in the validation of Kubernetes' `ObjectMeta`). A `ConfigMap` by itself may have 1 MiB.
const MOST: usize = 256 * 1024;

/// What a resource of our example begins with.
fn head(api: &str, kind: &str, name: &str) -> String {
    format!("apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: my-program\n")
}

fn indented(text: &str, by: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let _ = writeln!(out, "{:by$}{line}", "");
    }
    out
}

/// For the Prometheus Operator. It has the groups of `dashboards/rules.yaml`, to the byte.
fn prometheus_rule() -> String {
    let rules = write(&rules::all(&Program::any()));
    let groups = rules.find("groups:").expect("groups");
    let mut out = "\
# Written by observant from what a program emits: `dashboards/rules.yaml` for the Prometheus Operator. Its labels are yours:
# what your Prometheus selects rules by; of kube-prometheus-stack it is the name of the release.
"
    .to_owned();
    out.push_str(&head("monitoring.coreos.com/v1", "PrometheusRule", "observant"));
    out.push_str("  labels:\n    app.kubernetes.io/part-of: observant\n    release: kube-prometheus-stack\nspec:\n");
    out.push_str(&indented(&rules[groups..], 2));
    out
}

/// For the sidecar of Grafana's chart, which goes by the label.
fn config_map(name: &str) -> String {
    let text = dashboard(name, &Program::any()).expect("a dashboard of that name");
    let mut out = head("v1", "ConfigMap", &format!("observant-{name}"));
    out.push_str(
        "  labels:\n    app.kubernetes.io/part-of: observant\n    grafana_dashboard: \"1\"\n  annotations:\n    \
         grafana_folder: Observant\ndata:\n",
    );
    let _ = writeln!(out, "  {name}.json: |");
    out.push_str(&indented(&text, 4));
    out
}

fn config_maps() -> Vec<String> {
    boards::all(&Program::any()).map(|board| config_map(board.name)).into()
}

#[test]
fn the_committed_rules_of_kubernetes_are_what_is_written() {
    assert_committed("dashboards/kubernetes/prometheusrule.yaml", &prometheus_rule());
}

#[test]
fn the_committed_dashboards_of_kubernetes_are_what_is_written() {
    let head = "\
# Written by observant from what a program emits: `dashboards/*.json`, one ConfigMap each, for the sidecar of Grafana's Helm
# chart (`sidecar.dashboards.enabled`, and `searchNamespace: ALL` where Grafana is in another namespace).
";
    let text = format!("{head}{}", config_maps().join("---\n"));
    assert_committed("dashboards/kubernetes/dashboards.yaml", &text);
}

#[test]
fn every_object_is_small_enough_for_kubernetes() {
    let objects = config_maps().into_iter().chain([prometheus_rule()]);
    for object in objects {
        // As `kubectl` keeps it: JSON within JSON, whose quotes and backslashes are escaped.
        let kept = serde_json::Value::from(object.as_str()).to_string().len();
        assert!(kept < MOST, "{} has {kept} bytes", object.lines().nth(3).unwrap_or_default());
    }
}
