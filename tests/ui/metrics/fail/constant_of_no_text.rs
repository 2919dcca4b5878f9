//! A constant is a text.

observant::metrics! {
    /// Seen.
    static FILES: Gauge<{ zone = 7 }> = "app_files";
}

fn main() {}
