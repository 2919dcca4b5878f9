//! Labels stand between braces.

observant::metrics! {
    /// Seen.
    static FILES: Gauge<State> = "app_files";
}

fn main() {}
