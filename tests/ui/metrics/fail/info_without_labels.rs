//! An info tells its labels.

observant::metrics! {
    /// Seen.
    static BUILD: Info = "app_build_info";
}

fn main() {}
