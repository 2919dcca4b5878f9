#[observe(name = "Store::get", labels(team = "search", origin = request.origin, cached = request.cached), buckets = [0.5, 1, 2.5])]
fn get(request: &Request) -> Result<(), Error> {
    act(request)
}

#[observe(level = "debug", fields(id, %request, ?request.origin, http.route = request.route, "odd name" = %1), labels(team = "search"))]
async fn load(id: u64, request: Request) -> Result<(), Error> {
    act(request).await
}
