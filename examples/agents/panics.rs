//! A panic in a task is news, not the end: one line instead of a backtrace, and only for tasks.
//!
//! A panic anywhere else is a defect of this program and prints as always. With `RUST_BACKTRACE`
//! set, a real task's panic prints as always, too; a drill's never does.

use std::{any::Any, env, panic, sync::Arc};

use observant::InCurrent as _;
use tokio::task::{JoinError, JoinSet};

use crate::console::Console;

tokio::task_local! {
    /// What this code runs for.
    pub static ERRAND: Errand;
}

/// The task that code runs for.
#[derive(Debug, Clone)]
pub struct Errand {
    /// What people call the task.
    pub name: String,
    /// A panic in it is expected.
    pub drill: bool,
}

/// Installs the hook.
pub fn install(console: Arc<Console>) {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let Ok(errand) = ERRAND.try_with(Errand::clone) else { return usual(info) };
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let message = message(info.payload());
        let rehearsed = if errand.drill { ", as rehearsed" } else { "" };
        console.say(&format!("{} panicked{rehearsed}: {message} ({place})", errand.name));
        if !errand.drill && env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
            usual(info);
        }
    }));
}

/// What was said: `panic!` carries a `&str` or a `String`.
fn message(payload: &dyn Any) -> &str {
    let formatted = payload.downcast_ref::<String>().map(String::as_str);
    formatted.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

/// Lets an agent work in a task of the runtime's own, as part of the same errand and the same trace: a panic
/// there panics here, and it is cut off with whoever waits for it.
pub async fn apart<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let mut worker = JoinSet::new();
    match ERRAND.try_with(Errand::clone) {
        Ok(errand) => worker.spawn(ERRAND.scope(errand, work).in_current()),
        Err(_) => worker.spawn(work.in_current()),
    };
    came_of(worker.join_next().await.expect("one task was spawned")).await
}

/// Runs blocking work on a thread of its own, as part of the same errand and the same trace: a panic there
/// panics here.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let errand = ERRAND.try_with(Errand::clone).ok();
    let worker = observant::spawn_blocking(move || match errand {
        Some(errand) => ERRAND.sync_scope(errand, work),
        None => work(),
    });
    came_of(worker.await).await
}

async fn came_of<T>(ended: Result<T, JoinError>) -> T {
    match ended.map_err(JoinError::try_into_panic) {
        Ok(value) => value,
        Err(Ok(panic)) => panic::resume_unwind(panic),
        // Only a runtime that shuts down cancels such work, and it drops this future next.
        Err(Err(_)) => std::future::pending().await,
    }
}
