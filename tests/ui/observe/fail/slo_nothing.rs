//! An SLO promises something, and says so in a list.

use observant::observe;

#[observe(slo)]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(slo())]
fn b() -> Result<(), ()> {
    Ok(())
}

#[observe(slo = 99.5)]
fn c() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(window = "30d"))]
fn d() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = a();
    let _ = b();
    let _ = c();
    let _ = d();
}
