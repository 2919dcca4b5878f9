//! A `;` at the end.

observant::metrics! {
    /// Seen.
    static FILES: Gauge = "app_files"
}

fn main() {}
