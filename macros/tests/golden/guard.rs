/// Adds.
#[observe]
#[must_use]
pub(crate) unsafe extern "C" fn add(left: u64, right: u64) -> u64 {
    left + right
}

#[observe]
fn stop() -> ! {
    std::process::exit(1)
}

#[observe]
fn holds<T: ?Sized + Send>() {}
