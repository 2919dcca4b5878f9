//! The function is there in spite of the error.

use observant::health_check;

#[health_check(retries)]
fn check() -> u8 {
    7
}

fn main() {
    let _: u8 = check();
}
