#[observe(name = "Store::get", labels(team = "search", origin = request.origin, cached = request.cached), buckets = [0.5, 1, 2.5])]
fn get(request: &Request) -> Result<(), Error> {
    act(request)
}
