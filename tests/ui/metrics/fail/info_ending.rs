//! `_info` is for an info, and an info needs it.

observant::metrics! {
    /// Seen.
    static FILES: Gauge = "app_files_info";
    /// Seen.
    static BUILD: Info<{ version = "1" }> = "app_build";
}

fn main() {}
