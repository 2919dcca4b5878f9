//! Options belong to kinds.

observant::metrics! {
    /// Seen.
    static FILES: Gauge = "app_files", buckets = [1];
    /// Seen.
    static SEEN: Counter = "app_seen_total", value = || 1;
}

fn main() {}
