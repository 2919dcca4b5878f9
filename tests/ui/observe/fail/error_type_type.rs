//! An error type of unbounded type is told at the option.

use observant::observe;

#[observe(error_type = |error: &String| error.clone())]
fn f() -> Result<(), String> {
    Ok(())
}

fn main() {
    let _ = f();
}
