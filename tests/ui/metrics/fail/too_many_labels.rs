//! More than eight labels.

observant::metrics! {
    /// Seen.
    static FILES: Gauge<{ a: bool, b: bool, c: bool, d: bool, e: bool, f: bool, g: bool, h: bool, i: bool }> = "app_files";
}

fn main() {}
