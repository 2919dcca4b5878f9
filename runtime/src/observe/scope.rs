//! Whom code runs for: a conversation, a session, a user. It goes to all that runs within.

use crate::{
    genai::{self, Around},
    span::{self, Node, Place, Rider},
};
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// Whom what runs within is for: calls of agents, tools, models and all other kinds say it in their spans, those in tasks
/// and threads that [`spawn`](crate::spawn) and [`thread`](crate::thread()) start, too. It never reaches a metric.
///
/// # Example
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// # async fn answer(_: &str) -> u32 { 42 }
/// let answer = observant::scope().conversation("conv-1").user_hash("a1b2").wrap(answer("Why?")).await;
/// assert_eq!(answer, 42);
/// # });
/// ```
#[derive(Clone, Default)]
#[must_use = "a scope does nothing until something runs in it"]
pub struct Scope(genai::Scope);

/// A scope of which nothing is said yet; see [`Scope`].
pub fn scope() -> Scope {
    Scope::default()
}

impl Scope {
    /// The conversation: `gen_ai.conversation.id`.
    pub fn conversation(mut self, id: impl Into<Arc<str>>) -> Self {
        self.0.conversation = Some(id.into());
        self
    }

    /// The session: `session.id`.
    pub fn session(mut self, id: impl Into<Arc<str>>) -> Self {
        self.0.session = Some(id.into());
        self
    }

    /// The user, as a hash that says nothing of the person: `user.hash`.
    pub fn user_hash(mut self, hash: impl Into<Arc<str>>) -> Self {
        self.0.user_hash = Some(hash.into());
        self
    }

    /// Runs `code` in it.
    ///
    /// # Example
    ///
    /// ```
    /// let sum = observant::scope().session("s-1").run(|| 40 + 2);
    /// assert_eq!(sum, 42);
    /// ```
    pub fn run<R>(self, code: impl FnOnce() -> R) -> R {
        within(&self.rider(), code)
    }

    /// The future in it, and in what is around where that is first polled.
    pub fn wrap<F: Future>(self, future: F) -> Scoped<F> {
        Scoped { future: Some(future), scope: self, rider: None }
    }

    fn rider(&self) -> Rider {
        let Around { run, scope } = Around::of(span::rider());
        let scope = Some(Arc::new(self.0.clone().within(scope.as_deref())));
        Around { run, scope }.into_rider()
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not whom: that is the program's own.
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

/// Runs code with something kept beside it.
fn within<R>(rider: &Rider, code: impl FnOnce() -> R) -> R {
    let (node, place) = (Node::new(), Place::new());
    node.keep_beside(&place, Arc::clone(rider));
    let _within = Within(&node);
    code()
}

struct Within<'n>(&'n Node);

impl Drop for Within<'_> {
    fn drop(&mut self) {
        self.0.unlink(self.0.callees());
        drop(self.0.take_span());
    }
}

pin_project! {
    /// A future in a [`Scope`]; made by [`Scope::wrap`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Scoped<F> {
        // `None` once it is dropped.
        #[pin]
        future: Option<F>,
        scope: Scope,
        rider: Option<Rider>,
    }

    // What is cancelled with it is in the scope, too.
    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let mut future = this.future;
            match this.rider {
                Some(rider) => within(rider, || future.set(None)),
                None => future.set(None),
            }
        }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let future = this.future;
        let rider = this.rider.get_or_insert_with(|| this.scope.rider());
        within(rider, || future.as_pin_mut().map_or(Poll::Pending, |future| future.poll(task)))
    }
}

impl<F> fmt::Debug for Scoped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").finish_non_exhaustive()
    }
}
