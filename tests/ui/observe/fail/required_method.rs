//! A method without a body.

use observant::observe;

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
