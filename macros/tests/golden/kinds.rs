#[observe(llm, provider = "openai", model = request.model, usage = |response| (response.prompt_tokens, response.completion_tokens))]
async fn complete(request: Request) -> Result<Response, ApiError> {
    send(request).await
}

#[observe(tool = name)]
async fn call(name: &str, arguments: Value) -> ToolResult {
    run(name, arguments).await
}

#[observe(agent)]
fn think(question: &str) -> String {
    question.to_owned()
}

#[observe(db(system = "sqlite", operation = "SELECT", collection = table, port = 5432))]
fn select(table: &str) -> Result<Vec<Row>, StoreError> {
    rows(table)
}

#[observe(control_flow = |error| matches!(error, StoreError::NotFound))]
fn find(key: &str) -> Result<Row, StoreError> {
    row(key)
}

#[observe(
    embedding(provider = provider, model = "small", in_process, dimensions = 1536),
    model = |vectors| &vectors.model,
    usage = Vectors::usage,
    labels(cached = cached),
    fields(count = texts.len()),
    control_flow = Error::is_expected,
    ok_if = |result| result.as_ref().is_ok_and(|vectors| !vectors.is_empty()),
    buckets = default,
    level = "debug"
)]
fn embed(provider: Provider, cached: bool, texts: &[String]) -> Result<Vectors, Error> {
    vectors(provider, texts)
}

#[observe(llm, provider = "local", response_model = Token::model)]
fn stream(prompt: String) -> impl Stream<Item = Token> {
    tokens(prompt)
}

#[observe(task(mode = "simple"), control_flow = |error| error.is_deferred())]
impl Tasks {
    fn short(&self) {}

    fn long(&self) -> Result<(), Error> {
        self.work()
    }

    #[observe(mode = "complex", ticket = id)]
    fn other(&self, id: u64) -> u64 {
        id
    }

    #[observe(agent(name = self.name, version = 2, remote))]
    async fn remote(&self) {}
}
