//! An objective is a number of percent that leaves room for a bad call.

use observant::observe;

#[observe(slo(success = 100))]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(success = 49.9))]
fn b() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(success = 0.995))]
fn c() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(success = "99.5"))]
fn d() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(success))]
fn e() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(latency = "1s", latency_percent = -95))]
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
