//! Labels that others have.

observant::metrics! {
    /// Seen.
    static LE: Gauge<{ le: bool }> = "app_le";
    /// Seen.
    static QUANTILE: Gauge<{ quantile: bool }> = "app_quantile";
    /// Seen.
    static UNDER: Gauge<{ _state: bool }> = "app_under";
    /// Seen.
    static JOB: Gauge<{ job: bool, instance: bool }> = "app_job";
    /// Seen.
    static UMLAUT: Gauge<{ zustand_ä: bool }> = "app_umlaut";
}

fn main() {}
