//! SLOs, verdicts and deadlines in every form, on functions and blocks, under the strictest lints.

#![deny(warnings, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code)]

use observant::observe;

#[observe(slo(success = 99.5))]
fn promised() {}

#[observe(slo(latency = "250us", latency_percent = 50))]
fn fast() {}

#[observe(
    slo(success = 99.999, latency = "1d", latency_percent = 99.9, window = "7d", name = "checkout"),
    health(
        window = "1h",
        min_calls = 1,
        severity = "info",
        degraded(error_ratio = 0, consecutive_failures = 1, p95 = off, p99, since_success = "10s", panics = 1),
        failing(error_ratio = off, consecutive_failures = 2, p95, since_success = "7d", panics = 2)
    ),
    deadline = "7d"
)]
async fn everything() -> Result<u8, ()> {
    std::future::ready(()).await;
    Ok(1)
}

#[observe(health)]
fn watched() {}

#[observe(health(failing(panics = 1)))]
fn fragile() {}

struct Store;

#[observe(slo(latency = "1s", latency_percent = 99, name = "store"), health, deadline = "1s")]
impl Store {
    // Held against what the block promises.
    #[observe(health(failing(p99)))]
    fn load(&self) -> usize {
        std::mem::size_of_val(self)
    }

    #[observe(slo(success = 50))]
    fn save(&self) -> usize {
        std::mem::size_of_val(self)
    }
}

fn main() {
    promised();
    fast();
    watched();
    fragile();
    drop(everything());
    assert_eq!(Store.load() + Store.save(), 0);
}
