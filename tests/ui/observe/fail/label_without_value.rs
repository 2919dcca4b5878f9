//! A label needs a value.

use observant::observe;

#[observe(labels(team))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
