//! A function that is elsewhere.

use observant::observe;

unsafe extern "C" {
    #[observe]
    fn abs(value: i32) -> i32;
}

fn main() {
    let _ = unsafe { abs(1) };
}
