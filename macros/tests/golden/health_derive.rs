#[health(interval = "30s", name = "all", crate = ::renamed)]
struct Everything<T> {
    store: Store,
    #[health(degraded, name = "copy")]
    replica: Option<Arc<T>>,
    #[health(with = probe::ping)]
    model: Address,
    #[health(skip)]
    name: String,
}

#[health(with = Self::look, crate = ::renamed)]
struct Queue(usize);
