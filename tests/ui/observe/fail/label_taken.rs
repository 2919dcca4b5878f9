//! Names every observed function has.

use observant::observe;

#[observe(labels(module = true, function = true, outcome = true, error_type = true, kind = true, slo = true, sli = true, crate = true, version = true, file = true, line = true))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
