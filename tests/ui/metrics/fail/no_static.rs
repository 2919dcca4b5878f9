//! Something else.

observant::metrics! {
    /// Seen.
    const FILES: Gauge = "app_files";
    /// Seen.
    static SEEN: Counter = "app_seen_total";
}

fn main() {
    SEEN.inc(); // what is right is there
}
