//! A required method asked for by name.

use observant::observe;

#[observe]
trait Tool {
    #[observe]
    fn run(&self);
}

impl Tool for u8 {
    fn run(&self) {}
}

fn main() {
    1_u8.run();
}
