//! A deadline is a duration with its unit.

use observant::observe;

#[observe(deadline = "5")]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(deadline = 5)]
fn b() -> Result<(), ()> {
    Ok(())
}

#[observe(deadline)]
fn c() -> Result<(), ()> {
    Ok(())
}

#[observe(deadline = "100ms")]
fn d() -> Result<(), ()> {
    Ok(())
}

#[observe(deadline("5m"))]
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
