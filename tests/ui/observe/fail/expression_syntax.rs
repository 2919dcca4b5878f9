//! An expression that is none.

use observant::observe;

#[observe(ok_if = |result| result.)]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
