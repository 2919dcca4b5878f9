//! Endings of series.

observant::metrics! {
    /// Seen.
    static BUCKET: Gauge = "app_bucket";
    /// Seen.
    static SUM: Gauge = "app_sum";
    /// Seen.
    static COUNT: Gauge = "app_count";
    /// Seen.
    static CREATED: Gauge = "app_created";
}

fn main() {}
