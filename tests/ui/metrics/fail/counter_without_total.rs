//! A counter ends in `_total`.

observant::metrics! {
    /// Seen.
    static FILES: Counter = "app_files";
}

fn main() {}
