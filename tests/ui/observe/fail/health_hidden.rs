//! A degraded level that is reached no earlier than the failing one would never show.

use observant::observe;

#[observe(health(degraded(error_ratio = 0.3)))]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(health(failing(error_ratio = 0.05)))]
fn b() -> Result<(), ()> {
    Ok(())
}

#[observe(health(degraded(consecutive_failures = 5)))]
fn c() -> Result<(), ()> {
    Ok(())
}

#[observe(health(degraded(since_success = "1h"), failing(since_success = "10m")))]
fn d() -> Result<(), ()> {
    Ok(())
}

#[observe(health(degraded(panics = 3), failing(panics = 3)))]
fn e() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = a();
    let _ = b();
    let _ = c();
    let _ = d();
    let _ = e();
}
