//! A latency has a unit, and a share of calls that keep it; and the other way round.

use observant::observe;

#[observe(slo(latency = "30s"))]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(latency_percent = 95))]
fn b() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(latency = "30", latency_percent = 95))]
fn c() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(latency = 30, latency_percent = 95))]
fn d() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(latency = "2d", latency_percent = 95))]
fn e() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(latency = "1us", latency_percent = 95))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = a();
    let _ = b();
    let _ = c();
    let _ = d();
    let _ = e();
    let _ = f();
}
