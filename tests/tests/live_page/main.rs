//! The live page in a real Chromium, driven by Playwright (`drive.py`), under axe: no message on the console, no request off
//! loopback, nothing that its own policy forbids.

#[allow(dead_code)]
#[path = "../agents_example/program.rs"]
mod program;

use observant_tests::{nginx::Nginx, otlp::Receiver, program::Program, prometheus::is_there};
use program::{Place, Running};
use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    process::{Command, Stdio},
    thread,
};

/// Has `drive.py` play a scenario on the programs at these addresses.
#[track_caller]
fn drive(scenario: &str, addresses: &[&str]) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live_page/drive.py");
    let mut python = Command::new("python3");
    let output = python.arg(script).arg(scenario).args(addresses).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{scenario}:\n{said}");
    println!("{said}");
}

/// Whether there are a browser and what drives it.
fn is_driven() -> bool {
    let script = "import axe_playwright_python, playwright";
    let found = Command::new("python3").args(["-c", script]).output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        let message = "SKIPPED: no `playwright` and `axe_playwright_python` for `python3`; CONTRIBUTING.md says where they \
                       come from";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
    }
    found && is_there("chromium")
}

const MANY: &str = env!("CARGO_BIN_EXE_observant-fixture-many");
const CHECKED: &str = env!("CARGO_BIN_EXE_observant-fixture-checked");

/// A folder for the agents to review.
fn folder() -> Place {
    let place = Place::new();
    for number in 0..12 {
        place.put(&format!("{number}.md"), format!("# Title {number}\n\nOne sentence, here.\n"));
        place.put(&format!("{number}.bin"), [0, 1, 2, 3]);
    }
    place
}

#[test]
fn agents_and_a_store_that_breaks_in_every_view() {
    if !is_driven() {
        return;
    }
    let place = folder();
    let mut run = Running::start(place.agents().args(["--chaos", "store"]));
    let looked = run.wait_for("where to look: http://");
    drive("agents", &[looked.split('/').next().expect("an address")]);
}

#[test]
fn agents_while_they_work() {
    if !is_driven() {
        return;
    }
    // A model that listens and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let base = format!("http://{}/v1", listener.local_addr().expect("it is bound"));
    thread::spawn(move || listener.incoming().collect::<Vec<_>>());
    let place = folder();
    let mut run = Running::start(place.agents().env("OPENAI_BASE_URL", base));
    let looked = run.wait_for("metrics: http://");
    drive("work", &[looked.split('/').next().expect("an address")]);
}

#[test]
fn a_thousand_functions_stay_smooth() {
    if !is_driven() {
        return;
    }
    let collector = Receiver::start();
    let url = collector.url();
    let environment = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*url),
        ("OTEL_TRACES_SAMPLER", "always_on"),
        ("OTEL_BSP_SCHEDULE_DELAY", "500"),
        ("OBSERVANT_FILTER", "observant_fixture_many::m0::f00=off"),
    ];
    let program = Program::serving(MANY, &environment);
    drive("many", &[&program.address().to_string()]);
}

#[test]
fn below_a_prefix_in_a_server_of_the_programs_own() {
    if !is_driven() {
        return;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_observant-example-axum"));
    // It ends when its standard input does.
    let mut run = command
        .arg("127.0.0.1:0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = String::new();
    // Open until it has ended, for it says more.
    let mut stdout = BufReader::new(run.stdout.take().expect("it is piped"));
    stdout.read_line(&mut said).expect("it writes UTF-8");
    let address = said.split("http://").nth(1).and_then(|rest| rest.split('/').next());
    drive("prefix", &[address.expect("an address")]);
    drop(run.stdin.take());
    assert!(run.wait().expect("it ends").success());
}

#[test]
fn behind_a_proxy_that_the_guide_sets_up() {
    let program = Program::serving(CHECKED, &[("OBSERVANT_TOKEN", "s3cret")]);
    let Some(nginx) = Nginx::before(program.address()).filter(|_| is_driven()) else { return };
    drive("proxied", &[&nginx.address().to_string()]);
}

#[test]
fn off_this_machine_it_asks_for_the_token_and_shows_a_summary_without_one() {
    if !is_driven() {
        return;
    }
    let guarded = Program::serving(CHECKED, &[("OBSERVANT_TOKEN", "s3cret")]);
    let open = Program::serving(CHECKED, &[]);
    drive("away", &[&guarded.address().to_string(), &open.address().to_string()]);
}

#[test]
fn what_does_not_answer_is_said_and_asked_again() {
    if !is_driven() {
        return;
    }
    let program = Program::serving(CHECKED, &[]);
    drive("trouble", &[&program.address().to_string()]);
}

#[test]
fn answers_over_time_are_shown_as_what_they_are() {
    if !is_driven() {
        return;
    }
    let program = Program::serving(CHECKED, &[]);
    drive("made_up", &[&program.address().to_string()]);
}
