//! `skip` on the annotated function itself.

use observant::observe;

#[observe(skip)]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
