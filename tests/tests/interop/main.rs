//! Beside other people's crates: their registries on our page, ours in their registries. The real crates, and one
//! program set up once, since set-up is one per process.

mod examples;
mod registries;

use observant::{Guard, observe};
use observant_tests::{
    http::{Client, Response},
    parse::{Dialect, Family, parse},
};
use std::sync::OnceLock;

/// What asks for OpenMetrics 1.0.
const OPEN_METRICS: &str = "Accept: application/openmetrics-text;version=1.0.0";

/// A function of this program.
#[observe]
fn load(id: u8) -> Option<u8> {
    (id > 0).then_some(id)
}

/// The program, set up, with registries of each kind.
fn observant() -> &'static Guard {
    static GUARD: OnceLock<Guard> = OnceLock::new();
    GUARD.get_or_init(|| {
        registries::fill_default();
        load(1);
        let builder = observant::builder().listen("127.0.0.1:0");
        registries::added()
            .into_iter()
            .fold(builder, observant::Builder::prometheus_registry)
            .init()
            .unwrap()
    })
}

fn get(target: &str, headers: &[&str]) -> Response {
    Client::connect(observant().local_addr().unwrap()).get(target, headers)
}

/// The families of a scrape, read strictly.
fn scrape(dialect: Dialect) -> Vec<Family> {
    let headers: &[&str] = if dialect == Dialect::OpenMetrics { &[OPEN_METRICS] } else { &[] };
    let response = get("/metrics", headers);
    assert_eq!(response.status, 200);
    parse(response.text(), dialect).unwrap()
}

#[track_caller]
fn family<'f>(families: &'f [Family], name: &str) -> &'f Family {
    families.iter().find(|family| family.name == name).unwrap_or_else(|| panic!("no family {name}"))
}
