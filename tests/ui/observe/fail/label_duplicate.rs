//! One label twice.

use observant::observe;

#[observe(labels(team = "a", team = "b"))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
