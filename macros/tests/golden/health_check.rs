#[health_check(crate = ::renamed)]
fn plain() -> Result<(), Error> {
    ping()
}

#[health_check(
    readiness,
    degraded,
    timeout = "500ms",
    interval = "5s",
    initial_delay = "0s",
    fail_after = 5,
    pass_after = 1,
    tags("storage", "eu"),
    name = "store/pool",
    runtime = "own",
    crate = ::renamed
)]
#[cfg(unix)]
pub async fn database() -> Result<(), Error> {
    ping().await
}
