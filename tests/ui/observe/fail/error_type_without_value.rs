//! `error_type` alone.

use observant::observe;

#[observe(error_type)]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
