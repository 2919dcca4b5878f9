//! One number has no labels.

observant::metrics! {
    /// Seen.
    static FILES: Gauge<{ state: bool }> = "app_files", value = || 1;
}

fn main() {}
