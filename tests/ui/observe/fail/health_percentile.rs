//! A percentile is held against the latency of an SLO.

use observant::observe;

#[observe(health(failing(p99)))]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(success = 99), health(degraded(p95)))]
fn b() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(latency = "1s", latency_percent = 95), health(failing(p95 = 2)))]
fn c() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = a();
    let _ = b();
    let _ = c();
}
