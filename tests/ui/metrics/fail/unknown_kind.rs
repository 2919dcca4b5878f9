//! There are four kinds.

observant::metrics! {
    /// Seen.
    static FILES: Summary = "app_files";
}

fn main() {}
