//! A name that Prometheus does not take.

observant::metrics! {
    /// Seen.
    static DASHED: Gauge = "app-files";
    /// Seen.
    static COLON: Gauge = "app:files";
    /// Seen.
    static DIGIT: Gauge = "2files";
    /// Seen.
    static UNDER: Gauge = "_files";
    /// Seen.
    static EMPTY: Gauge = "";
    /// Seen.
    static UMLAUT: Gauge = "app_dateität";
}

fn main() {}
