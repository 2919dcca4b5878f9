//! `dashboards/compose`: what its files say of one another, and what tools have against them.

use super::{
    FOLDER, promtool,
    strict::{judged, read},
};
use observant_tests::prometheus::is_there;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path, process::Command};

fn one(file: &str) -> Option<Value> {
    read(&format!("compose/{file}"))?.into_iter().next()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().map(|it| it.as_str().expect("a text")).collect()
}

#[test]
fn the_compose_file_is_what_the_specification_takes() {
    if !is_there("check-jsonschema") {
        return;
    }
    let check = |file: &Path| {
        let mut command = Command::new("check-jsonschema");
        command.args(["--builtin-schema", "vendor.compose-spec"]).arg(file);
        command.output().expect("it starts")
    };
    let file = Path::new(FOLDER).join("compose/compose.yaml");
    let output = check(&file);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let seeded =
        std::env::temp_dir().join(format!("observant-compose-{}.yaml", std::process::id()));
    let text = fs::read_to_string(&file).expect("a file").replace("tmpfs:", "tmps:");
    fs::write(&seeded, text).expect("it can be written");
    let output = check(&seeded);
    fs::remove_file(seeded).expect("it can be removed");
    assert!(!output.status.success(), "a key that nobody knows passes");
}

/// Where a file of ours lies, by where it is in a container.
fn mounts(service: &Value) -> Vec<(&str, &str)> {
    let all = texts(&service["volumes"]).into_iter();
    all.filter_map(|it| it.strip_suffix(":ro")?.split_once(':')).collect()
}

#[test]
fn the_services_are_hardened_and_on_loopback_alone() {
    let Some(compose) = one("compose.yaml") else { return };
    let services = compose["services"].as_object().unwrap();
    assert_eq!(services.len(), 5);
    for (name, service) in services {
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(texts(&service["cap_drop"]), ["ALL"], "{name}");
        assert_eq!(texts(&service["security_opt"]), ["no-new-privileges:true"], "{name}");
        let user = service["user"].as_str().unwrap();
        assert!(!user.starts_with("0:") && user.contains(':'), "{name}: {user}");
        for bound in ["mem_limit", "pids_limit", "cpus"] {
            assert!(!service[bound].is_null(), "{name} {bound}");
        }
        let (_, version) = service["image"].as_str().unwrap().split_once(':').expect(name);
        assert!(
            version.trim_start_matches('v').starts_with(|it: char| it.is_ascii_digit()),
            "{version}"
        );
        for port in texts(&service["ports"]) {
            assert!(port.starts_with("127.0.0.1:"), "{name}: {port}");
        }
        for (from, _) in mounts(service) {
            assert!(Path::new(FOLDER).join("compose").join(from).is_file(), "{name}: {from}");
        }
        for other in texts(&service["depends_on"]) {
            assert!(services.contains_key(other), "{name}: {other}");
        }
    }
}

#[test]
fn every_file_that_is_named_is_mounted() {
    let Some(compose) = one("compose.yaml") else { return };
    let service = |name: &str| &compose["services"][name];
    for name in ["prometheus", "alertmanager", "collector"] {
        let given = texts(&service(name)["command"]);
        let named =
            given.iter().find_map(|it| it.split_once("config")?.1.split_once('=')).unwrap().1;
        let to: Vec<_> = mounts(service(name)).into_iter().map(|(_, to)| to).collect();
        assert!(to.contains(&named), "{name}: {named}");
    }
    let prometheus = one("prometheus.yaml").unwrap();
    assert_eq!(
        mounts(service("prometheus")).iter().find(|(from, _)| *from == "../rules.yaml").unwrap().1,
        prometheus["rule_files"][0]
    );
    // All dashboards of the folder, in the folder that Grafana reads.
    let provider =
        one("grafana/dashboards.yaml").unwrap()["providers"][0]["options"]["path"].take();
    let provider = provider.as_str().unwrap();
    let mounted: BTreeSet<_> = mounts(service("grafana"))
        .into_iter()
        .filter_map(|(from, to)| Some((from.strip_prefix("../")?, to.strip_prefix(provider)?)))
        .map(|(from, to)| {
            assert_eq!(format!("/{from}"), to);
            from.to_owned()
        })
        .collect();
    let there =
        fs::read_dir(FOLDER).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let is_board = |name: &String| Path::new(name).extension().is_some_and(|end| end == "json");
    let there: BTreeSet<_> = there.filter(is_board).collect();
    assert_eq!(mounted, there);
}

/// The numbers of days that stand after `before`.
fn days_after(text: &str, before: &str) -> Vec<u32> {
    let rests = text.split(before).skip(1);
    rests
        .map(|rest| rest.split(|it: char| !it.is_ascii_digit()).next().unwrap_or_default())
        .map(|days| days.parse().expect("days"))
        .collect()
}

#[test]
fn prometheus_keeps_the_longest_period_of_an_slo() {
    let Some(compose) = one("compose.yaml") else { return };
    let command = texts(&compose["services"]["prometheus"]["command"]).join("\n");
    let rules = fs::read_to_string(Path::new(FOLDER).join("rules.yaml")).expect("there are rules");
    let periods = days_after(&rules, "slo:observe_slo_period:days == ");
    let longest = *periods.iter().max().expect("there are periods");
    assert_eq!(longest, 30);
    let option = "--storage.tsdb.retention.time=";
    let kept = days_after(&command, option);
    assert!(command.contains(&format!("{option}{}d", kept[0])), "{command}");
    assert!(kept.len() == 1 && kept[0] > longest, "{kept:?} days of {longest}");
    // The documents say it alike.
    for file in ["compose/README.md", "../docs/guide/slos.md"] {
        let text = fs::read_to_string(Path::new(FOLDER).join(file)).expect(file);
        let says = [format!("{option}{}d", kept[0]), format!("keeps {} days", kept[0])];
        assert!(says.iter().any(|it| text.contains(it)), "{file}");
    }
}

/// Ports that somebody goes to: of a service, and on this machine.
#[test]
fn addresses_lead_to_services() {
    let Some(compose) = one("compose.yaml") else { return };
    let services = &compose["services"];
    let collector = one("collector.yaml").unwrap();
    let protocols = &collector["receivers"]["otlp"]["protocols"];
    let open: Vec<_> = ["grpc", "http"]
        .map(|it| protocols[it]["endpoint"].as_str().unwrap().rsplit_once(':').unwrap().1)
        .to_vec();
    let published: Vec<_> = texts(&services["collector"]["ports"])
        .iter()
        .map(|it| it.rsplit_once(':').unwrap().1)
        .collect();
    assert_eq!(open, published);
    let jaeger = collector["exporters"]["otlp_grpc/jaeger"]["endpoint"].as_str().unwrap();
    assert_eq!(jaeger, "jaeger:4317");
    let sources = one("grafana/datasources.yaml").unwrap();
    for source in sources["datasources"].as_array().unwrap() {
        let address = source["url"].as_str().unwrap().strip_prefix("http://").unwrap();
        let (host, port) = address.split_once(':').unwrap();
        let open = texts(&services[host]["ports"]);
        assert!(open.iter().any(|it| it.ends_with(&format!(":{port}"))), "{address}");
    }
    let prometheus = one("prometheus.yaml").unwrap();
    let alertmanager = &prometheus["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"];
    assert_eq!(texts(alertmanager), ["alertmanager:9093"]);
    // The program: by a name that the container knows, which the documents have the program accept.
    let target =
        prometheus["scrape_configs"][0]["static_configs"][0]["targets"][0].as_str().unwrap();
    let (host, port) = target.split_once(':').unwrap();
    assert_eq!(texts(&services["prometheus"]["extra_hosts"]), [format!("{host}:host-gateway")]);
    for file in ["compose/compose.yaml", "compose/README.md"] {
        let text = fs::read_to_string(Path::new(FOLDER).join(file)).expect(file);
        assert!(text.contains(&format!("OBSERVANT_HOSTS={host}")), "{file}");
        assert!(text.contains(&format!("OBSERVANT_LISTEN=0.0.0.0:{port}")), "{file}");
        assert!(
            text.contains(&format!("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:{}", open[1])),
            "{file}"
        );
    }
}

#[test]
fn the_collector_defines_what_its_pipelines_name() {
    let Some(collector) = one("collector.yaml") else { return };
    let pipelines = collector["service"]["pipelines"].as_object().unwrap();
    assert!(pipelines.contains_key("traces") && pipelines.contains_key("metrics"));
    let mut used = BTreeSet::new();
    for (signal, pipeline) in pipelines {
        for part in ["receivers", "processors", "exporters"] {
            for component in texts(&pipeline[part]) {
                assert!(
                    collector[part].get(component).is_some(),
                    "{signal}: no {part} `{component}`"
                );
                used.insert((part, component));
            }
        }
    }
    for part in ["receivers", "processors", "exporters"] {
        for component in collector[part].as_object().unwrap().keys() {
            assert!(used.contains(&(part, component.as_str())), "{component} is of no use");
        }
    }
}

#[test]
fn points_of_a_dashboard_lead_to_traces() {
    let Some(sources) = one("grafana/datasources.yaml") else { return };
    let sources = sources["datasources"].as_array().unwrap();
    let of = |kind: &str| sources.iter().find(|source| source["type"] == kind).expect(kind);
    let prometheus = of("prometheus");
    let lead = &prometheus["jsonData"]["exemplarTraceIdDestinations"][0];
    assert_eq!(lead["datasourceUid"], of("jaeger")["uid"]);
    // What the label of our exemplars is called.
    let label = format!("{{{}=", lead["name"].as_str().unwrap());
    let golden =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src/expose/tests/exemplars.rs");
    assert!(fs::read_to_string(golden).unwrap().contains(&label), "{label}");
    // The dashboards choose among all sources of this type, of which the one is the default.
    assert_eq!(prometheus["isDefault"], true);
    let board = fs::read_to_string(Path::new(FOLDER).join("system-overview.json")).unwrap();
    let board: Value = serde_json::from_str(&board).unwrap();
    assert_eq!(board["templating"]["list"][0]["query"], prometheus["type"]);
}

/// Newer than the promtool that Debian has.
const NEWER: &str = "    # Prometheus 3.9 and later; asks for protobuf, in which Observant has them.\n    scrape_native_histograms: true\n";

#[test]
fn prometheus_and_alertmanager_take_their_configurations() {
    let folder = Path::new(FOLDER).join("compose");
    let text = fs::read_to_string(folder.join("prometheus.yaml")).expect("a file");
    assert!(text.contains(NEWER));
    let rules = Path::new(FOLDER).join("rules.yaml");
    let text =
        text.replace(NEWER, "").replace("/etc/prometheus/rules.yaml", rules.to_str().unwrap());
    let file = std::env::temp_dir().join(format!("observant-scrape-{}.yaml", std::process::id()));
    fs::write(&file, &text).expect("it can be written");
    let said = promtool(&folder, &["check", "config", file.to_str().unwrap()]);
    fs::remove_file(file).expect("it can be removed");
    if let Some(Err(said)) = said {
        panic!("{said}");
    }
    if is_there("amtool") {
        let output = Command::new("amtool")
            .args(["check-config", "alertmanager.yaml"])
            .current_dir(folder)
            .output();
        let output = output.expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    // It holds back only what there is.
    let rules = fs::read_to_string(rules).unwrap();
    let text = fs::read_to_string(Path::new(FOLDER).join("compose/alertmanager.yaml")).unwrap();
    for alert in text.split("alertname=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(rules.contains(&format!("alert: {alert}\n")), "{alert}");
    }
}

#[test]
fn the_dashboards_are_what_grafana_knows() {
    let boards =
        ["system-overview", "agent-performance", "error-tracking", "resource-usage", "genai-cost"];
    let files = boards.map(|name| format!("{name}.json"));
    let files: Vec<_> = files.iter().map(String::as_str).collect();
    if let Some(Err(said)) = judged(Path::new(FOLDER), "dashboards", &files) {
        panic!("{said}");
    }
    let seeded = std::env::temp_dir().join(format!("observant-board-{}.json", std::process::id()));
    let board = fs::read_to_string(Path::new(FOLDER).join(files[0])).unwrap();
    fs::write(&seeded, board.replace("\"graphMode\"", "\"graphModes\""))
        .expect("it can be written");
    let said = judged(Path::new(FOLDER), "dashboards", &[seeded.to_str().unwrap()]);
    fs::remove_file(seeded).expect("it can be removed");
    if let Some(said) = said {
        assert!(said.expect_err("nobody knows `graphModes`").contains("graphModes"));
    }
}
