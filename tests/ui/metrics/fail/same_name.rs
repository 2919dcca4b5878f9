//! Two metrics of one name.

observant::metrics! {
    /// Seen.
    static ONE: Counter = "app_files_total";
    /// Seen.
    static OTHER: Gauge = "app_files";
}

fn main() {}
