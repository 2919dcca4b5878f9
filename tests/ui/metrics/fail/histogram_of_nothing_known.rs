//! Bounds that nobody can guess.

observant::metrics! {
    /// Seen.
    static ITEMS: Histogram = "app_items";
}

fn main() {}
