#[observe]
pub async fn plan(task: &Task) -> Result<Plan, AgentError> {
    let draft = draft(task).await?;
    Ok(draft.into())
}

#[observe]
async fn sleep() {
    rest().await;
}

#[observe]
async unsafe fn forever() -> ! {
    loop {
        rest().await;
    }
}

#[observe]
async fn never_waits(id: u64) -> Result<Task, StoreError> {
    Ok(task(id))
}

#[observe]
async fn promises(id: u64) -> impl Fn(&str) -> &str {
    load(id).await;
    |text| text
}
