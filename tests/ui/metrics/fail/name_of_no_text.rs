//! A name is a literal.

observant::metrics! {
    /// Seen.
    static FILES: Gauge = NAME;
}

fn main() {}
