#[observe(crate = ::renamed, slo(success = 99), health, deadline = "5m", labels(fast = true, team = "search"), buckets = [0.1, 1.0])]
mod tools {
    fn search(query: &str) -> Result<(), Error> {
        index(query)
    }
    #[observe(error_if = |hits| *hits == 0)]
    fn count() -> usize {
        1
    }
    async fn wait() -> Result<(), Error> {
        Ok(())
    }
    fn boxed() -> Pin<Box<dyn Future<Output = ()>>> {
        spawned()
    }
    fn stream() -> impl Stream<Item = u8> {
        numbers()
    }
}
