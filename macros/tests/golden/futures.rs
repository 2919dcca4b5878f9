#[observe]
fn call<'a>(&'a self, id: u64) -> impl Future<Output = Result<u64, Error>> + Send + 'a {
    let id = id + 1;
    async move { self.get(id).await }
}

#[observe]
fn unknown(request: Request) -> impl Future<Output = Response> {
    request.send()
}

#[observe]
fn boxed(&self) -> Pin<Box<dyn Future<Output = Result<u64, Error>> + Send + '_>> {
    let before = self.before();
    ::std::boxed::Box::pin(async move { before.await })
}

#[observe]
fn chosen(flag: bool) -> BoxFuture<'static, u64> {
    if flag {
        return Box::pin(async { 1 });
    }
    Box::pin(async { 2 })
}

#[observe]
fn lines(&self) -> impl Stream<Item = io::Result<String>> + '_ {
    self.reader.lines()
}

#[observe]
fn boxed_lines(&self) -> BoxStream<'_, io::Result<String>> {
    Box::pin(self.reader.lines())
}
