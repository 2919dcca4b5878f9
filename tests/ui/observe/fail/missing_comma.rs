//! Two options without a comma.

use observant::observe;

#[observe(name = "a" labels(b = true))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
