//! A label is there already.

observant::metrics! {
    /// Seen.
    static FILES: Gauge<{ state: bool, state: bool }> = "app_files";
    /// Seen.
    static RAW: Gauge<{ state: bool, r#state = "a" }> = "app_raw";
}

fn main() {}
