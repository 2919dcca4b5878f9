//! What runs in one place passes on to work it starts elsewhere: threads, tasks, futures.
//!
//! That is the span it is a part of, and whose test it is (feature `testing`). A context belongs to the
//! thread it is attached to, as a node of what runs there; a future carries its own from poll to poll.

use crate::span::{self, Node, Place, Span, SpanContext};
use pin_project_lite::pin_project;
use std::{
    cell::RefCell,
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context as Task, Poll},
    thread::JoinHandle,
};

#[cfg(feature = "testing")]
use {super::capture::Recorder, std::sync::Arc};

/// What is passed on.
#[derive(Clone, Default)]
pub(crate) struct Context {
    /// Who wants to know of the calls.
    #[cfg(feature = "testing")]
    pub(crate) recorder: Option<Arc<Recorder>>,
    /// The span that what runs is a part of; `None` for what is a part of nothing.
    pub(crate) span: Option<SpanContext>,
}

thread_local! {
    static CURRENT: RefCell<Context> = RefCell::new(Context::default());
}

impl Context {
    /// That of the code that asks; empty on a thread that is past having locals.
    pub(crate) fn current() -> Self {
        let current = CURRENT.try_with(|current| current.borrow().clone()).unwrap_or_default();
        Self { span: span::current(), ..current }
    }

    /// Makes it the current one until what is returned is dropped.
    pub(crate) fn attach(self) -> Attached {
        let node = Box::new((Node::new(), Place::new()));
        self.mark(&node.0, &node.1);
        let before = replace(self);
        node.0.link();
        Attached { before: Some(before), node, thread: PhantomData }
    }

    /// Runs `code` with this as the current one.
    pub(crate) fn run<R>(&self, code: impl FnOnce() -> R) -> R {
        let (node, place) = (Node::new(), Place::new());
        self.mark(&node, &place);
        let before = replace(self.clone());
        node.link();
        let _running = Running { before: Some(before), node: &node };
        code()
    }

    /// Says on a node what the code above it is a part of.
    fn mark(&self, node: &Node, place: &Place) {
        match &self.span {
            Some(context) => node.put_span(place, Span::elsewhere(context)),
            None => node.set_barrier(),
        }
    }
}

/// Makes a context that of this thread, and gives back the one before.
fn replace(context: Context) -> Context {
    CURRENT.try_with(|current| current.replace(context)).unwrap_or_default()
}

/// Takes a node and its context away, and brings back the one before.
fn detach(node: &Node, before: Option<Context>) {
    node.unlink(node.callees());
    drop(node.take_span());
    // What was attached may do anything when it is dropped, so not while `CURRENT` is borrowed.
    drop(replace(before.unwrap_or_default()));
}

/// Keeps a context attached to this thread, which it must not leave.
pub(crate) struct Attached {
    before: Option<Context>,
    node: Box<(Node, Place)>,
    thread: PhantomData<*const ()>,
}

impl Drop for Attached {
    fn drop(&mut self) {
        detach(&self.node.0, self.before.take());
    }
}

/// A context that is attached while code runs.
struct Running<'n> {
    before: Option<Context>,
    node: &'n Node,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        detach(self.node, self.before.take());
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

/// Starts a thread as [`std::thread::spawn`] does, as a part of what the caller does: a test that
/// captures its calls sees those of the thread too.
///
/// # Panics
///
/// When the system cannot start a thread.
///
/// # Example
///
/// ```
/// let sum = observant::thread(|| (1..=10).sum::<u32>()).join().unwrap();
/// assert_eq!(sum, 55);
/// ```
pub fn thread<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let context = Context::current();
    std::thread::spawn(move || context.run(run))
}

/// Spawns a task on the current tokio runtime as [`tokio::spawn`] does, as a part of what the caller does;
/// see [`thread()`].
///
/// # Panics
///
/// Outside a tokio runtime.
///
/// # Example
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let task = observant::spawn(async { 6 * 7 });
/// assert_eq!(task.await.unwrap(), 42);
/// # });
/// ```
#[cfg(feature = "tokio")]
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    tokio::spawn(future.in_current())
}

/// Runs blocking work on the current tokio runtime as [`tokio::task::spawn_blocking`] does, as a part of
/// what the caller does; see [`thread()`].
///
/// # Panics
///
/// Outside a tokio runtime.
///
/// # Example
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let task = observant::spawn_blocking(|| 6 * 7);
/// assert_eq!(task.await.unwrap(), 42);
/// # });
/// ```
#[cfg(feature = "tokio")]
pub fn spawn_blocking<T: Send + 'static>(
    run: impl FnOnce() -> T + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    let context = Context::current();
    tokio::task::spawn_blocking(move || context.run(run))
}

/// Makes futures carry what they are a part of, for executors of every kind.
pub trait InCurrent: Future + Sized {
    /// This future as a part of what the caller does, wherever it is polled; see [`thread()`].
    ///
    /// # Example
    ///
    /// ```
    /// use observant::InCurrent as _;
    ///
    /// let future = async { 6 * 7 }.in_current();
    /// # let mut future = std::pin::pin!(future);
    /// # let mut task = std::task::Context::from_waker(std::task::Waker::noop());
    /// # assert!(future.as_mut().poll(&mut task).is_ready());
    /// ```
    fn in_current(self) -> WithContext<Self> {
        WithContext { future: Some(self), context: Context::current() }
    }
}

impl<F: Future> InCurrent for F {}

pin_project! {
    /// A future that carries what it is a part of; made by [`InCurrent::in_current`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct WithContext<F> {
        // `None` once it is dropped.
        #[pin]
        future: Option<F>,
        context: Context,
    }

    // Calls that are cancelled with it belong where the others do.
    impl<F> PinnedDrop for WithContext<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _attached = this.context.clone().attach();
            this.future.set(None);
        }
    }
}

impl<F> WithContext<F> {
    /// A future that carries `context`.
    #[cfg(feature = "testing")]
    pub(crate) fn new(future: F, context: Context) -> Self {
        Self { future: Some(future), context }
    }
}

impl<F: Future> Future for WithContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<F::Output> {
        let this = self.project();
        let future = this.future;
        this.context.run(|| future.as_pin_mut().map_or(Poll::Pending, |future| future.poll(task)))
    }
}
