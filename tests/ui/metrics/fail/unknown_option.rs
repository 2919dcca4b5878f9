//! An option that there is not.

observant::metrics! {
    /// Seen.
    static FILES: Gauge = "app_files", bucket = [1];
}

fn main() {}
