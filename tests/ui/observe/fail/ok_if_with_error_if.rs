//! Two ways to say one thing.

use observant::observe;

#[observe(ok_if = Result::is_ok, error_if = Result::is_err)]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
