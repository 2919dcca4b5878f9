//! `crate` is a path.

observant::metrics! {
    crate = "observant";
    /// Seen.
    static FILES: Gauge = "app_files";
}

fn main() {}
