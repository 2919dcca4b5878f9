//! An option is given once.

observant::metrics! {
    /// Seen.
    static SIZES: Histogram = "app_sizes", buckets = [1], buckets = [2];
}

fn main() {}
