//! An option of health that is misspelt lists those there are.

use observant::observe;

#[observe(health(error_ratio = 0.25))]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(health(failing(errors = 0.25)))]
fn b() -> Result<(), ()> {
    Ok(())
}

#[observe(health = true)]
fn c() -> Result<(), ()> {
    Ok(())
}

#[observe(health(failing))]
fn d() -> Result<(), ()> {
    Ok(())
}

#[observe(health(degraded()))]
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
