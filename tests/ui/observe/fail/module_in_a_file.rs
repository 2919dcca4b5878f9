//! A module in another file.

use observant::observe;

#[observe]
#[path = "../../module_in_a_file/contents.rs"]
mod elsewhere;

fn main() {
    elsewhere::f();
}
