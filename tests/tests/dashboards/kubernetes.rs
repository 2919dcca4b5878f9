//! `dashboards/kubernetes`: by strict schemas, against what the runtime does when it is started and ended, and hardened.

use super::{
    FOLDER, promtool,
    strict::{judged, read},
};
use observant_tests::program::Program;
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

const BY_HAND: [&str; 5] =
    ["serviceaccount", "deployment", "service", "networkpolicy", "servicemonitor"];

fn folder() -> PathBuf {
    Path::new(FOLDER).join("kubernetes")
}

fn source(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src").join(file);
    fs::read_to_string(path).expect(file)
}

fn object(name: &str) -> Option<Value> {
    let documents = read(&format!("kubernetes/{name}.yaml"))?;
    assert_eq!(documents.len(), 1, "{name}");
    documents.into_iter().next()
}

/// The pod of the Deployment, and its only container.
fn pod() -> Option<(Value, Value)> {
    let pod = object("deployment")?["spec"]["template"]["spec"].take();
    let containers = pod["containers"].as_array().expect("containers").clone();
    assert!(containers.len() == 1 && pod.get("initContainers").is_none());
    Some((pod, containers[0].clone()))
}

#[test]
fn the_objects_are_what_kubernetes_and_the_operator_take() {
    let names: Vec<_> = BY_HAND.iter().chain(&["prometheusrule", "dashboards"]).collect();
    let files: Vec<_> = names.iter().map(|name| format!("{name}.yaml")).collect();
    let files: Vec<_> = files.iter().map(String::as_str).collect();
    if let Some(Err(said)) = judged(&folder(), "kubernetes", &files) {
        panic!("{said}");
    }
    // All of them are applied, and nothing else lies there.
    let Some(kustomization) = object("kustomization") else { return };
    let mut applied: Vec<_> = kustomization["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    let mut known = files;
    applied.sort_unstable();
    known.sort_unstable();
    assert_eq!(applied, known);
    let there = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name());
    for file in there.filter(|name| name != "kustomization.yaml" && name != "README.md") {
        assert!(known.contains(&file.to_str().unwrap()), "{file:?} is not applied");
    }
}

/// A field that is misspelt, one of another kind, a key that is there twice, and one that the operator does not know.
#[test]
fn an_object_with_a_fault_is_refused() {
    let seeded = std::env::temp_dir().join(format!("observant-manifests-{}", std::process::id()));
    fs::create_dir_all(&seeded).expect("a folder can be made");
    for (name, from, to) in [
        ("deployment", "readOnlyRootFilesystem", "readOnlyRootFileSystem"),
        ("deployment", "containerPort: 9464", "containerPort: metrics"),
        ("service", "spec:", "kind: Service\nspec:"),
        ("servicemonitor", "scrapeTimeout:", "scrapeTimeouts:"),
    ] {
        let text = fs::read_to_string(folder().join(format!("{name}.yaml"))).expect(name);
        assert!(text.contains(from), "{from}");
        let file = format!("{name}-{}.yaml", from.len());
        fs::write(seeded.join(&file), text.replacen(from, to, 1)).expect("it can be written");
        if let Some(said) = judged(&seeded, "kubernetes", &[&file]) {
            said.expect_err(to);
        }
    }
    fs::remove_dir_all(seeded).expect("it can be removed");
}

#[test]
fn the_rules_are_those_of_the_file() {
    let text = fs::read_to_string(folder().join("prometheusrule.yaml")).expect("rules");
    let spec = text.split_once("\nspec:\n").expect("a spec").1;
    let groups: Vec<_> = spec.lines().map(|line| line.get(2..).unwrap_or("")).collect();
    let groups = groups.join("\n") + "\n";
    let rules = fs::read_to_string(Path::new(FOLDER).join("rules.yaml")).expect("rules");
    assert!(rules.ends_with(&groups) && groups.starts_with("groups:\n"));
    let file = std::env::temp_dir().join(format!("observant-operator-{}.yaml", std::process::id()));
    fs::write(&file, groups).expect("it can be written");
    let said = promtool(&folder(), &["check", "rules", "--lint-fatal", file.to_str().unwrap()]);
    fs::remove_file(file).expect("it can be removed");
    if let Some(Err(said)) = said {
        panic!("{said}");
    }
}

#[test]
fn names_lead_from_one_object_to_the_next() {
    let Some((pod, container)) = pod() else { return };
    let [account, deployment, service, policy, monitor] = BY_HAND.map(|name| object(name).unwrap());
    let labels = &deployment["spec"]["template"]["metadata"]["labels"];
    let name = json!({ "app.kubernetes.io/name": labels["app.kubernetes.io/name"] });
    for selector in [
        &deployment["spec"]["selector"]["matchLabels"],
        &service["spec"]["selector"],
        &policy["spec"]["podSelector"]["matchLabels"],
        &monitor["spec"]["selector"]["matchLabels"],
        &service["metadata"]["labels"],
        &pod["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"],
    ] {
        assert_eq!(*selector, name);
    }
    assert_eq!(pod["serviceAccountName"], account["metadata"]["name"]);
    assert_eq!(monitor["spec"]["jobLabel"], "app.kubernetes.io/name");
    // One namespace, of what is written by hand and of what is generated.
    let namespace = deployment["metadata"]["namespace"].clone();
    let generated = ["prometheusrule", "dashboards"]
        .map(|name| read(&format!("kubernetes/{name}.yaml")).unwrap());
    let generated = generated.into_iter().flatten();
    for object in
        [account, service.clone(), policy.clone(), monitor.clone()].into_iter().chain(generated)
    {
        assert_eq!(object["metadata"]["namespace"], namespace, "{}", object["metadata"]["name"]);
    }
    // One port, by its number and its name.
    let port = &container["ports"][0];
    assert_eq!(port["containerPort"], 9464);
    let listen = variable(&container, "OBSERVANT_LISTEN");
    assert_eq!(listen.as_deref(), Some("0.0.0.0:9464"));
    assert_eq!(service["spec"]["ports"][0]["targetPort"], port["name"]);
    assert_eq!(service["spec"]["ports"][0]["port"], port["containerPort"]);
    assert_eq!(monitor["spec"]["endpoints"][0]["port"], service["spec"]["ports"][0]["name"]);
    assert_eq!(policy["spec"]["ingress"][0]["ports"][0]["port"], port["containerPort"]);
    // The collector is reached.
    let endpoint = variable(&container, "OTEL_EXPORTER_OTLP_ENDPOINT").expect("an endpoint");
    let ports = policy["spec"]["egress"][1]["ports"].as_array().unwrap().iter();
    let mut ports = ports.map(|port| format!(":{}", port["port"]));
    assert!(ports.any(|port| endpoint.ends_with(&port)), "{endpoint}");
    assert!(!endpoint.starts_with("https"), "that needs another feature");
}

fn variable(container: &Value, name: &str) -> Option<String> {
    let all = container["env"].as_array().expect("variables");
    let found = all.iter().find(|variable| variable["name"] == name)?;
    found["value"].as_str().map(str::to_owned)
}

#[test]
fn variables_come_before_those_that_name_them() {
    let Some((_, container)) = pod() else { return };
    let mut known = Vec::new();
    for variable in container["env"].as_array().unwrap() {
        let value = variable["value"].as_str().unwrap_or_default();
        for named in value.split("$(").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            assert!(known.contains(&named), "{named} comes after {}", variable["name"]);
        }
        known.push(variable["name"].as_str().unwrap());
    }
    let from = &container["env"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["name"] == "OBSERVANT_TOKEN")
        .unwrap()["valueFrom"];
    assert_eq!(from["secretKeyRef"]["optional"], true);
}

/// What linters of manifests ask for (kube-linter, checkov, and the level `restricted` of "Pod Security Standards").
#[test]
fn the_pod_may_do_nothing_it_need_not() {
    let Some((pod, container)) = pod() else { return };
    assert_eq!(
        pod["securityContext"],
        json!({
            "runAsNonRoot": true, "runAsUser": 10001, "runAsGroup": 10001,
            "seccompProfile": { "type": "RuntimeDefault" },
        })
    );
    assert_eq!(
        container["securityContext"],
        json!({
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
            "capabilities": { "drop": ["ALL"] },
        })
    );
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(object("serviceaccount").unwrap()["automountServiceAccountToken"], false);
    for shared in ["hostNetwork", "hostPID", "hostIPC", "volumes"] {
        assert!(pod.get(shared).is_none(), "{shared}");
    }
    for resource in ["cpu", "memory"] {
        for bound in ["requests", "limits"] {
            assert!(container["resources"][bound][resource].is_string(), "{bound} {resource}");
        }
    }
    let image = container["image"].as_str().unwrap();
    assert!(image.contains("@sha256:") && !image.contains("latest"), "{image}");
    let policy = object("networkpolicy").unwrap();
    assert_eq!(policy["spec"]["policyTypes"], json!(["Ingress", "Egress"]));
    for (rules, end) in [("ingress", "from"), ("egress", "to")] {
        for rule in policy["spec"][rules].as_array().unwrap() {
            assert!(!rule["ports"].as_array().unwrap().is_empty());
            for peer in rule[end].as_array().unwrap() {
                assert!(peer["podSelector"]["matchLabels"].is_object(), "{peer}");
            }
        }
    }
}

/// Seconds of a constant of the runtime.
fn constant(file: &str, name: &str) -> u64 {
    let source = source(file);
    let start = format!("const {name}: ");
    let line =
        source.lines().find(|line| line.contains(&start)).unwrap_or_else(|| panic!("{start}"));
    let seconds = line.split_once("from_secs(").and_then(|(_, rest)| rest.split_once(')'));
    seconds.expect(line).0.parse().expect(line)
}

/// Drain, delivery, requests under way, and the program's own work, as the comment of the file has them: the first three
/// are the runtime's, the sum is the grace period.
#[test]
fn the_termination_budget_adds_up() {
    let Some((pod, container)) = pod() else { return };
    let text = fs::read_to_string(folder().join("deployment.yaml")).expect("a file");
    let lines = text.lines().map_while(|line| line.strip_prefix('#'));
    let parts: Vec<u64> = lines
        .filter(|line| line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .collect();
    let drain = constant("setup/builder/mod.rs", "DRAIN_AFTER_SIGNAL");
    assert_eq!(variable(&container, "OBSERVANT_DRAIN"), None, "the sum has the default");
    let delivery = constant("setup/flush.rs", "DEADLINE");
    let requests = constant("setup/guard.rs", "SHUTDOWN");
    assert_eq!(parts[..3], [drain, delivery, requests]);
    assert!(parts.len() == 5 && parts[4] > 0, "work, and some to spare: {parts:?}");
    assert_eq!(pod["terminationGracePeriodSeconds"], parts.iter().sum::<u64>());
}

#[test]
fn probes_agree_with_the_runtime() {
    let Some((_, container)) = pod() else { return };
    let probe = |name: &str| {
        let probe = &container[name];
        let number = |key: &str| probe[key].as_u64().unwrap_or_else(|| panic!("{name} {key}"));
        assert!(number("timeoutSeconds") < number("periodSeconds"), "{name} overlaps itself");
        assert!(number("failureThreshold") > 1, "{name}: an answer may be lost");
        number("periodSeconds") * number("failureThreshold")
    };
    let drain = constant("setup/builder/mod.rs", "DRAIN_AFTER_SIGNAL");
    assert!(probe("readinessProbe") < drain, "who goes by it notices within the drain");
    // A check that hangs from the start, and the startup of a program, are within the budget.
    assert!(probe("startupProbe") >= 60);
    // Not before the watchdog is sure, whose limit is 10 s.
    let source = source("config/watchdog.rs");
    assert!(source.contains("Self::After(Duration::from_secs(10))"));
    assert!(probe("livenessProbe") > 10);
}

/// One value that is too long has Prometheus refuse the scrape as a whole.
#[test]
fn no_label_is_longer_than_what_the_monitor_takes() {
    let Some(monitor) = object("servicemonitor") else { return };
    let source = source("metric/names.rs");
    let longest = source.split("const LONGEST: usize = ").nth(1).expect("a constant");
    let longest: u64 = longest.split(';').next().unwrap().parse().expect("a number");
    let limit = monitor["spec"]["labelValueLengthLimit"].as_u64().expect("a limit");
    assert!(limit >= longest, "{limit} and {longest}");
}

/// As the kubelet does: each probe at its path, by the address; then the signal, a drain that is not ready, and an end in
/// time.
#[test]
fn a_program_lives_and_ends_as_the_manifest_says() {
    let Some((pod, container)) = pod() else { return };
    let executable = env!("CARGO_BIN_EXE_observant-fixture-program");
    let all = container["env"].as_array().unwrap().iter();
    let values = all.filter_map(|it| Some((it["name"].as_str()?, it["value"].as_str()?)));
    let environment: Vec<_> = values
        .map(|(name, value)| match name {
            // Any free port, and a collector that is not there: the end is as long as it gets.
            "OBSERVANT_LISTEN" => (name, value.replace("9464", "0")),
            "OTEL_EXPORTER_OTLP_ENDPOINT" => (name, "http://127.0.0.1:9".to_owned()),
            _ => (name, value.replace("$(", "").replace(')', "")),
        })
        .collect();
    let environment: Vec<_> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut program = Program::start(executable, &environment);
    program.ignore_error();
    program.init("");
    let status = program.status();
    let mut settings = status["settings"].as_array().unwrap().iter();
    let pod_name = settings.find(|it| it["name"] == "resource_attributes.k8s.pod.name");
    assert_eq!(pod_name.expect("it is taken")["value"], "POD_NAME");
    let path = |probe: &str| container[probe]["httpGet"]["path"].as_str().expect(probe).to_owned();
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        assert_eq!(container[probe]["httpGet"]["port"], container["ports"][0]["name"]);
        assert_eq!(program.get(&path(probe)).status, 200, "{probe}");
    }
    program.tell("work");
    let start = Instant::now();
    program.signal("TERM");
    while program.get(&path("readinessProbe")).status != 503 {
        assert!(start.elapsed() < Duration::from_millis(4_500), "it stays ready");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(program.get(&path("livenessProbe")).status, 200, "nothing restarts it meanwhile");
    let (status, _) = program.wait();
    let took = start.elapsed();
    assert_eq!(status.signal(), Some(15));
    let drain = constant("setup/builder/mod.rs", "DRAIN_AFTER_SIGNAL");
    assert!(took >= Duration::from_secs(drain), "{took:?}");
    // Without work of its own it has all of that time to spare.
    let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
    assert!(took < Duration::from_secs(grace - 15), "{took:?}");
}

/// What the guide shows of the Deployment is a part of it.
#[test]
fn the_guide_shows_the_deployment_as_it_is() {
    let Some((_, container)) = pod() else { return };
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/kubernetes.md");
    let guide = fs::read_to_string(guide).expect("a page");
    let block = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next());
    let file = std::env::temp_dir().join(format!("observant-shown-{}.yaml", std::process::id()));
    fs::write(&file, block.expect("a block")).expect("it can be written");
    let shown = read(file.to_str().expect("UTF-8"));
    fs::remove_file(file).expect("it can be removed");
    let shown = shown.expect("there is a reader").remove(0);
    for (key, value) in shown.as_object().expect("a mapping") {
        assert!(is_part(value, &container[key]), "{key}: {value}");
    }
}

/// Whether `whole` has all of `part`.
fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), _) => part.iter().all(|(key, value)| is_part(value, &whole[key])),
        (Value::Array(part), Value::Array(whole)) => {
            part.iter().all(|item| whole.iter().any(|other| is_part(item, other)))
        }
        _ => part == whole,
    }
}
