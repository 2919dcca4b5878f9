//! A letter Prometheus does not know.

use observant::observe;

#[observe(labels(größe = "a"))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
