//! Ten thousand observed functions.

use super::{LOOPBACK, build, executable, workspace};
use observant_tests::{
    parse::{Dialect, parse},
    program::Program,
};
use std::net::SocketAddr;

const FUNCTIONS: usize = 10_000;

#[test]
fn ten_thousand_functions_are_listed_called_and_served() {
    let name = "observant-fixture-multitude";
    // Not optimised: ten thousand functions take their time to compile.
    let package = ["--locked", "--package", "observant-fixture-host", "--features", "multitude"];
    let built = build(
        workspace(),
        "multitude",
        &[package.as_slice(), &["--bin", name, "--config", "profile.dev.debug=false"]].concat(),
    );
    let mut program = Program::start(executable(&built.join("debug"), name), &[]);
    let told = program.tell(&format!("init {LOOPBACK}"));
    println!("init took {} s", told["seconds"]);
    let address: SocketAddr = told["address"].as_str().unwrap().parse().unwrap();
    let scrape = |calls: &str| {
        let response = observant_tests::http::get(address, "/metrics");
        assert_eq!(response.status, 200);
        let families = parse(response.text(), Dialect::Text).unwrap();
        let samples = families.iter().find(|family| family.name == "observe_calls_total").unwrap();
        let ok = samples.samples.iter().filter(|one| one.label("outcome") == Some("ok"));
        let ok: Vec<_> = ok.collect();
        assert_eq!(ok.len(), FUNCTIONS);
        assert!(ok.iter().all(|one| one.text == calls), "each was called {calls} times");
        let names: std::collections::HashSet<_> =
            ok.iter().map(|one| (one.label("module"), one.label("function"))).collect();
        assert_eq!(names.len(), FUNCTIONS);
    };
    scrape("0");
    assert_eq!(program.tell("call-all 1"), true);
    scrape("1");
    let status = observant_tests::http::get(address, "/status");
    assert_eq!(status.status, 200);
    program.end();
}
