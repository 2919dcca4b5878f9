//! An option of another crate, with a list.

use observant::observe;

#[observe(fields(id = 1))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
