//! Through a real nginx that is set up as the guide says: who comes that way sees what a stranger may, or shows the token.

use std::net::SocketAddr;

use observant_tests::{
    http::{Client, Response},
    nginx::Nginx,
};
use serde_json::Value as Json;

use crate::program;

/// What is there of `/status` for who may not see more.
const SUMMARY: [&str; 6] = ["build", "health", "lifecycle", "service", "totals", "uptime_seconds"];

/// GET, with these headers besides.
fn get(address: SocketAddr, target: &str, headers: &[&str]) -> Response {
    Client::connect(address).get(target, headers)
}

fn fields(response: &Response) -> Vec<String> {
    let object: Json = serde_json::from_slice(&response.body).expect("JSON");
    object.as_object().expect("an object").keys().cloned().collect()
}

#[test]
fn a_proxy_on_this_machine_opens_nothing() {
    let program = program(&[]);
    let Some(nginx) = Nginx::before(program.address()) else { return };
    let direct = fields(&get(program.address(), "/status", &[]));
    assert!(direct.len() > SUMMARY.len(), "{direct:?}");
    // A client that names loopback is believed as little as any.
    for claimed in [
        "X-Nothing: 1",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-For:",
        "Forwarded: for=127.0.0.1",
    ] {
        let response = get(nginx.address(), "/observant/status", &[claimed]);
        assert_eq!(response.status, 200, "{claimed}");
        assert_eq!(fields(&response), SUMMARY, "{claimed}");
        let health = get(nginx.address(), "/observant/health", &[claimed]);
        assert!(!health.text().contains("checks"), "{claimed}: {}", health.text());
        let function = get(nginx.address(), "/observant/status?function=a::b", &[claimed]);
        assert!(fields(&function).iter().all(|field| SUMMARY.contains(&&**field)), "{claimed}");
    }
    let metrics = get(nginx.address(), "/observant/metrics", &["Accept-Encoding: gzip"]);
    assert_eq!((metrics.status, metrics.header("content-encoding")), (200, Some("gzip")));
    assert_eq!(metrics.body[..2], [0x1f, 0x8b]);
    assert_eq!(get(nginx.address(), "/observant/nothing", &[]).status, 404);
    assert_eq!(get(nginx.address(), "/observant/live", &[]).status, 200);
}

#[test]
fn the_token_opens_it_through_a_proxy_too() {
    let program = program(&[("OBSERVANT_TOKEN", "right-one")]);
    let Some(nginx) = Nginx::before(program.address()) else { return };
    let ask = |authorization: &str| get(nginx.address(), "/observant/status", &[authorization]);
    assert_eq!(ask("X-Nothing: 1").status, 401);
    assert_eq!(ask("Authorization: Bearer wrong-one").status, 401);
    let full = ask("Authorization: Bearer right-one");
    assert_eq!(full.status, 200);
    assert!(fields(&full).iter().any(|field| field == "functions"), "{:?}", fields(&full));
}
