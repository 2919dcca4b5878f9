//! Nothing else does.

observant::metrics! {
    /// Seen.
    static FILES: Gauge = "app_files_total";
    /// Seen.
    static TOOK: Histogram = "app_took_seconds_total";
    /// Seen.
    static BUILD: Info<{ version = "1" }> = "app_total";
}

fn main() {}
