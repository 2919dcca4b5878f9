//! `labels` with nothing in it.

use observant::observe;

#[observe(labels())]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
