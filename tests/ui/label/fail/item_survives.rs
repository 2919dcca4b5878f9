//! After our error there still is an implementation.

use observant::Label;

#[derive(Label)]
enum Kind {
    #[label(rename = "")]
    One,
}

fn main() {
    let _ = (Kind::VALUES, Kind::One.index());
}
