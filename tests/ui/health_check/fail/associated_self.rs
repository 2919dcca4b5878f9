//! In an `impl` there is no place beside a function; that it stands in one is seen by `Self`.

use observant::health_check;

struct Store;

impl Store {
    #[health_check]
    fn check() -> Result<(), std::fmt::Error> {
        Self::look()
    }

    #[health_check]
    fn made() -> Option<Self> {
        None
    }

    fn look() -> Result<(), std::fmt::Error> {
        Ok(())
    }
}

fn main() {}
