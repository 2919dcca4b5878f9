//! A number can be anything.

observant::metrics! {
    /// Seen.
    static NUMBER: Counter<{ port: u16 }> = "app_number_total";
}

fn main() {}
