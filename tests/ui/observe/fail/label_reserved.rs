//! Names Prometheus gives a meaning.

use observant::observe;

#[observe(labels(le = true, quantile = true, job = true, instance = true))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
