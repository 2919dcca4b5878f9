//! What goes to the log needs a text.

use observant::health_check;

struct Gone;

#[health_check]
fn check() -> Result<(), Gone> {
    Err(Gone)
}

fn main() {}
