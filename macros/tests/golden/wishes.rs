#[observe(slo(success = 99.5, latency = "30s", latency_percent = 95, window = "28d", name = "planning"), health, deadline = "5m")]
async fn plan(task: &Task) -> Result<Plan, Error> {
    think(task).await
}

#[observe(
    level = "debug",
    slo(latency = "250us", latency_percent = 99),
    health(window = "10m", min_calls = 20, severity = "critical", degraded(p95 = off, p99), failing(error_ratio = 0.5, consecutive_failures = off, since_success = "1h", panics = 3))
)]
fn look_up(key: &str) -> u8 {
    0
}

#[observe(slo(success = 99.9), health(failing(error_ratio = off)))]
impl Store {
    fn load(&self) -> Result<(), Error> {
        self.read()
    }

    #[observe(slo(success = 90), deadline = "1h")]
    fn save(&self) -> Result<(), Error> {
        self.write()
    }
}
