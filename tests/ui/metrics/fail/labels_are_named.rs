//! Labels are given by name, and all of them.

observant::metrics! {
    /// Seen.
    static MOVED: Counter<{ from: bool, to: bool }> = "app_moved_total";
}

fn main() {
    MOVED.with(true).inc();
    MOVED.with(MovedLabels { from: true }).inc();
    MOVED.inc();
}
