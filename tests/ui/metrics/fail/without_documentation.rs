//! Nothing says what it is.

observant::metrics! {
    static FILES: Gauge = "app_files";
    ///
    static EMPTY: Gauge = "app_empty";
    #[doc(hidden)]
    static HIDDEN: Gauge = "app_hidden";
}

fn main() {}
