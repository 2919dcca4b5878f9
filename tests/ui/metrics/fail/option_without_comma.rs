//! Options follow a comma.

observant::metrics! {
    /// Seen.
    static SIZES: Histogram = "app_sizes" buckets = [1];
}

fn main() {}
