//! One option twice.

use observant::observe;

#[observe(name = "a", name = "b")]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
