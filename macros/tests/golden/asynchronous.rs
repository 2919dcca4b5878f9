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
