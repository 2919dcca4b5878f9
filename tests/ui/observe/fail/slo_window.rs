//! An SLO holds over one of three windows.

use observant::observe;

#[observe(slo(success = 99, window = "14d"))]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(success = 99, window = 30))]
fn b() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = a();
    let _ = b();
}
