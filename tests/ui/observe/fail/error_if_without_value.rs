//! `error_if` alone.

use observant::observe;

#[observe(error_if)]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
