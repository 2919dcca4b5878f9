//! Types that can be anything.

observant::metrics! {
    /// Seen.
    static TEXT: Counter<{ user: String }> = "app_text_total";
    /// Seen.
    static BORROWED: Counter<{ user: &'static str }> = "app_borrowed_total";
}

fn main() {}
