//! What runs in one place passes on to work it starts elsewhere: threads, tasks, futures.
//!
//! That is the span it is a part of, the baggage, and whose test it is (feature `testing`). A context
//! belongs to the thread it is attached to, as a node of what runs there; a future carries its own from
//! poll to poll. How contexts travel between processes: `propagate`.

use crate::{
    cell::Work,
    span::{self, Baggage, Node, Place, Rider, Span, SpanContext},
};
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

/// What work is a part of: the span that started it, and its [`Baggage`](crate::Baggage).
///
/// [`current_context`](crate::current_context()) is that of the code that asks, [`extract`](crate::extract())
/// reads the one that came with a request. It holds for what runs while it is attached: on this thread
/// through [`run`](Self::run) or [`attach`](Self::attach), in a future through
/// [`with_context`](InCurrent::with_context).
#[derive(Clone, Default)]
pub struct Context {
    /// Who wants to know of the calls.
    #[cfg(feature = "testing")]
    pub(super) recorder: Option<Arc<Recorder>>,
    /// The span that what runs is a part of; `None` for what is a part of nothing.
    pub(super) span: Option<SpanContext>,
    /// The agent, tool or other run of some kind that it is a part of.
    pub(super) rider: Option<Rider>,
    pub(super) baggage: Baggage,
    /// The trace is debugged, as B3 says it.
    pub(super) debug: bool,
}

thread_local! {
    /// The contexts that are attached to this thread, the last one counts; each by the address of its node.
    static ATTACHED: RefCell<Vec<(*const Node, Context)>> = const { RefCell::new(Vec::new()) };
}

impl Context {
    /// The current one, for another test.
    #[cfg(feature = "testing")]
    pub(crate) fn recorded_by(recorder: Arc<Recorder>) -> Self {
        Self { recorder: Some(recorder), ..Self::current() }
    }

    /// That of the code that asks; empty on a thread that is past having locals.
    pub(crate) fn current() -> Self {
        let last = |attached: &RefCell<Vec<(_, Self)>>| {
            attached.borrow().last().map(|(_, context)| context.clone())
        };
        let attached = ATTACHED.try_with(last).ok().flatten().unwrap_or_default();
        Self { span: span::current(), rider: span::rider(), ..attached }
    }

    /// Makes it the current one of this thread until what is returned is dropped. Of several the
    /// last one attached counts, and each is detached by itself.
    ///
    /// Not for asynchronous code, which changes threads at an `.await`; there is
    /// [`with_context`](InCurrent::with_context).
    ///
    /// # Example
    ///
    /// ```
    /// let context = observant::extract(&[("baggage", "tenant=acme")]);
    /// let attached = context.attach();
    /// assert_eq!(observant::current_context().baggage().get("tenant"), Some("acme"));
    /// drop(attached);
    /// assert!(observant::current_context().baggage().is_empty());
    /// ```
    pub fn attach(self) -> Attached {
        let node = Box::new((Node::new(), Place::new()));
        attach(self, &node.0, &node.1);
        Attached { node, thread: PhantomData }
    }

    /// Runs `code` as a part of it.
    ///
    /// # Example
    ///
    /// ```
    /// let context = observant::extract(&[("baggage", "tenant=acme")]);
    /// let tenant = context.run(|| {
    ///     observant::current_context().baggage().get("tenant").map(str::to_owned)
    /// });
    /// assert_eq!(tenant.as_deref(), Some("acme"));
    /// ```
    pub fn run<R>(&self, code: impl FnOnce() -> R) -> R {
        let (node, place) = (Node::new(), Place::new());
        attach(self.clone(), &node, &place);
        let _running = Running { node: &node };
        code()
    }
}

/// Puts a context on top of what runs, with a node that says what the code above it is a part of.
fn attach(context: Context, node: &Node, place: &Place) {
    match (&context.span, &context.rider) {
        (None, None) => node.set_barrier(),
        (span, rider) => node.put_span(place, Span::attached(span.as_ref(), rider.clone())),
    }
    // An observed allocator would ask for what is attached.
    let _work = Work::begin();
    // On a thread that is past having locals its span counts, and the rest is lost.
    let _ = ATTACHED.try_with(|attached| attached.borrow_mut().push((node, context)));
    node.link();
}

/// Takes a node and its context away, which need not be the last.
fn detach(node: &Node) {
    node.unlink(node.callees());
    drop(node.take_span());
    let take = |attached: &RefCell<Vec<(*const Node, Context)>>| {
        let mut attached = attached.borrow_mut();
        let place = attached.iter().rposition(|(known, _)| std::ptr::eq(*known, node))?;
        Some(attached.remove(place))
    };
    // What was attached may do anything when it is dropped, so not while `ATTACHED` is borrowed.
    drop(ATTACHED.try_with(take));
}

/// Keeps a context attached to this thread, which it must not leave; made by [`Context::attach`].
#[must_use = "a context is detached when this is dropped; bind it to a name"]
pub struct Attached {
    node: Box<(Node, Place)>,
    thread: PhantomData<*const ()>,
}

impl Drop for Attached {
    fn drop(&mut self) {
        detach(&self.node.0);
    }
}

/// A context that is attached while code runs.
struct Running<'n> {
    node: &'n Node,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        detach(self.node);
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the values of baggage: they are the program's own.
        f.debug_struct("Context").field("span", &self.span).finish_non_exhaustive()
    }
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attached").finish_non_exhaustive()
    }
}

/// Starts a thread as [`std::thread::spawn`] does, as a part of what the caller does: of its span, with
/// its baggage, and a test that captures its calls sees those of the thread too.
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
        self.with_context(Context::current())
    }

    /// This future as a part of what `context` says, wherever it is polled.
    ///
    /// # Example
    ///
    /// ```
    /// use observant::InCurrent as _;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let context = observant::extract(&[("baggage", "tenant=acme")]);
    /// let work = async { observant::current_context().baggage().get("tenant").map(str::to_owned) };
    /// assert_eq!(work.with_context(context).await.as_deref(), Some("acme"));
    /// # });
    /// ```
    fn with_context(self, context: Context) -> WithContext<Self> {
        WithContext { future: Some(self), context }
    }
}

impl<F: Future> InCurrent for F {}

pin_project! {
    /// A future that carries what it is a part of; made by [`InCurrent::in_current`] and
    /// [`InCurrent::with_context`].
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
            let this = this.project();
            let mut future = this.future;
            this.context.run(|| future.set(None));
        }
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
