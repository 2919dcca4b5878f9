//! The name of an SLO is a text that can be shown.

use observant::observe;

#[observe(slo(success = 99, name = ""))]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(success = 99, name = checkout))]
fn b() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(success = 99, name = "a\nb"))]
fn c() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = a();
    let _ = b();
    let _ = c();
}
