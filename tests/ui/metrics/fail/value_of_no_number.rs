//! What is computed is a number.

observant::metrics! {
    /// Seen.
    static FILES: Gauge = "app_files", value = || "many";
}

fn main() {}
