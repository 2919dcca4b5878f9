//! A panic in a task is news, not the end: one line instead of a backtrace, and only for tasks.
//!
//! A panic anywhere else is a defect of this program and prints as always. With `RUST_BACKTRACE`
//! set, a real task's panic prints as always, too; a drill's never does.

use std::{any::Any, env, panic, sync::Arc};

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

/// Runs blocking work on a thread of its own, as part of the same task: a panic there panics here.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let errand = ERRAND.try_with(Errand::clone).ok();
    let worker = tokio::task::spawn_blocking(move || match errand {
        Some(errand) => ERRAND.sync_scope(errand, work),
        None => work(),
    });
    match worker.await.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(value) => value,
        Err(Ok(panic)) => panic::resume_unwind(panic),
        // Only a runtime that shuts down cancels blocking work, and it drops this future next.
        Err(Err(_)) => std::future::pending().await,
    }
}
