#[observe]
fn load<'a, T: Read, const N: usize>(from: &'a mut T, id: [u8; N]) -> io::Result<&'a Task>
where
    T: 'a,
{
    #![allow(clippy::needless_return)]
    let bytes = from.read(id)?;
    return Ok(parse(bytes));
}

#[observe(ok_if = |found| found.is_some(), error_type = |_| "missing")]
fn find(id: u64) -> Option<Task> {
    STORE.get(id)
}

#[observe(error_if = Answer::is_error)]
fn ask(question: &str) -> Answer {
    answer(question)
}

#[observe(error_type = StoreError::kind, buckets = slow)]
fn nested(id: u64) -> Result<Vec<Option<impl Iterator<Item = u8>>>, StoreError> {
    store(id)
}

#[observe]
fn endless(depth: u64) -> Result<u64, StoreError> {
    if depth == 0 {
        return Ok(0);
    }
    endless(depth - 1)
}

#[observe]
fn lent<'a>(into: &'a mut Task, text: String) -> Result<&'a str, StoreError> {
    into.read(&text)
}
