//! `labels` twice.

use observant::observe;

#[observe(labels(a = true), labels(b = true))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
