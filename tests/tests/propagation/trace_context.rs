//! The service that the test suite of W3C Trace Context asks for, as a process.

use observant_tests::trace_context::{Harness, check};
use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

#[test]
fn the_service_does_what_trace_context_asks() {
    let mut service = Command::new(env!("CARGO_BIN_EXE_observant-fixture-trace-context"))
        .env_remove("OTEL_PROPAGATORS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the service starts");
    let mut url = String::new();
    let stdout = service.stdout.as_mut().expect("it is piped");
    BufReader::new(stdout).read_line(&mut url).expect("it says where it listens");
    let address = url.trim().strip_prefix("http://").and_then(|url| url.strip_suffix("/test"));
    check(&Harness::new(address.and_then(|address| address.parse().ok()).expect("an address")));
    drop(service.stdin.take());
    assert!(service.wait().expect("it ends with its standard input").success());
}
