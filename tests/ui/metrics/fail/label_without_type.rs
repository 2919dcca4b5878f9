//! A label needs a type or a constant.

observant::metrics! {
    /// Seen.
    static FILES: Gauge<{ state }> = "app_files";
}

fn main() {}
