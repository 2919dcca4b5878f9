//! Every figure of health says what it may be.

use observant::observe;

#[observe(health(failing(error_ratio = 25)))]
fn a() -> Result<(), ()> {
    Ok(())
}

#[observe(health(failing(consecutive_failures = 0)))]
fn b() -> Result<(), ()> {
    Ok(())
}

#[observe(health(failing(consecutive_failures = 2.5)))]
fn c() -> Result<(), ()> {
    Ok(())
}

#[observe(health(failing(panics = many)))]
fn d() -> Result<(), ()> {
    Ok(())
}

#[observe(health(failing(since_success = "1s")))]
fn e() -> Result<(), ()> {
    Ok(())
}

#[observe(health(failing(since_success)))]
fn f() -> Result<(), ()> {
    Ok(())
}

#[observe(health(window = "5"))]
fn g() -> Result<(), ()> {
    Ok(())
}

#[observe(health(min_calls = 0))]
fn h() -> Result<(), ()> {
    Ok(())
}

#[observe(health(severity = "fatal"))]
fn i() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = a();
    let _ = b();
    let _ = c();
    let _ = d();
    let _ = e();
    let _ = f();
    let _ = g();
    let _ = h();
    let _ = i();
}
