//! An option of an SLO that is misspelt lists those there are; one given twice is reported.

use observant::observe;

#[observe(slo(succes = 99.5))]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(success = 99.5, success = 99.9))]
fn b() -> Result<(), ()> {
    Ok(())
}

#[observe(slo(success = 99.5), slo(success = 99.5))]
fn c() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = a();
    let _ = b();
    let _ = c();
}
