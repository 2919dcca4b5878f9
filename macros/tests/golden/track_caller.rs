#[observe]
#[track_caller]
fn located(input: &str) -> Result<u64, Located> {
    if input.is_empty() {
        return Err(Located::here());
    }
    let number = input.parse::<u64>()?;
    let double = (|| -> Option<u64> { number.checked_mul(2)?.into() })();
    Ok(double.unwrap_or(number))
}

#[observe]
#[track_caller]
fn simple(input: &str) -> Outcome {
    check(input)
}

#[observe]
#[track_caller]
fn future(early: bool) -> BoxFuture<'static, u8> {
    if early {
        return Box::pin(async { 1 });
    }
    Box::pin(async { 2 })
}
