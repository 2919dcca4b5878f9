//! The trait of what can be checked, and what a check consists of.

use super::{
    options::CheckOptions,
    verdict::{CheckResult, Verdict},
};
use std::{borrow::Cow, fmt, future::Future, pin::Pin, sync::Arc};

/// Something whose health can be checked: a client, a pool, a queue, or a struct of such.
///
/// Derive it on a struct, whose fields then are its parts; write it by hand for what does the checking. It is handed to
/// [`health().register(..)`](super::Health::register).
///
/// # Example
///
/// ```
/// use observant::{HealthCheck, health::Check};
///
/// struct Cache {
///     address: std::net::SocketAddr,
/// }
///
/// impl HealthCheck for Cache {
///     fn check(&self) -> Check<'_> {
///         // May block: it runs on a thread of ours.
///         Check::blocking(|| std::net::TcpStream::connect(self.address).map(drop))
///     }
/// }
///
/// struct Model;
///
/// # impl Model { async fn ping(&self) -> Result<(), std::fmt::Error> { Ok(()) } }
/// impl HealthCheck for Model {
///     fn check(&self) -> Check<'_> {
///         // Runs on the program's tokio runtime, if it has one.
///         Check::future(async { self.ping().await })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be checked: it is no `HealthCheck`",
    label = "this is no `HealthCheck`",
    note = "derive `HealthCheck` on it, implement it, say how with `#[health(with = path::to::function)]`, or leave the \
            field out with `#[health(skip)]`"
)]
pub trait HealthCheck: Send + Sync {
    /// What there is to do. It is only made here, and run later: this must be quick, and give the same shape each time.
    fn check(&self) -> Check<'_>;

    /// How it is run; what it is a part of may say otherwise.
    fn options(&self) -> CheckOptions {
        CheckOptions::new()
    }
}

/// What is done to check something.
pub struct Check<'a>(pub(crate) Work<'a>);

pub(crate) enum Work<'a> {
    Blocking(Box<dyn FnOnce() -> Verdict + Send + 'a>),
    Future(Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>),
    Parts(Vec<Part<'a>>),
    /// Parts that are called by their places: there may be a thousand, of which one is looked at.
    List(&'a dyn List),
}

/// Checks one after the other.
pub(crate) trait List: Send + Sync {
    fn len(&self) -> usize;
    fn get(&self, place: usize) -> Option<&dyn HealthCheck>;
}

impl<C: HealthCheck> List for Vec<C> {
    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, place: usize) -> Option<&dyn HealthCheck> {
        Some(self.as_slice().get(place)?)
    }
}

impl<'a> Check<'a> {
    /// Runs `check` on a thread of ours, where it may block.
    pub fn blocking<R: CheckResult>(check: impl FnOnce() -> R + Send + 'a) -> Self {
        Self(Work::Blocking(Box::new(|| check().into_verdict())))
    }

    /// Runs `check` on the tokio runtime that was current at [`init`](crate::init()) or when it was registered, else on
    /// one of ours. It is timed from outside: on a runtime that is stalled it fails.
    pub fn future<R: CheckResult>(check: impl Future<Output = R> + Send + 'a) -> Self {
        Self(Work::Future(Box::pin(async { check.await.into_verdict() })))
    }

    /// Checks each of `parts` by itself; with none there is nothing to check.
    pub fn parts(parts: impl IntoIterator<Item = Part<'a>>) -> Self {
        Self(Work::Parts(parts.into_iter().collect()))
    }
}

impl fmt::Debug for Check<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Work::Blocking(_) => f.write_str("Check::blocking(..)"),
            Work::Future(_) => f.write_str("Check::future(..)"),
            Work::Parts(parts) => f.debug_list().entries(parts).finish(),
            Work::List(list) => write!(f, "[Part; {}]", list.len()),
        }
    }
}

/// A part of something, which is checked by itself: `pool` of `store` is the check `store/pool`.
pub struct Part<'a> {
    pub(crate) name: Cow<'static, str>,
    pub(crate) check: Checked<'a>,
    pub(crate) options: CheckOptions,
}

/// Whose check a part is: its own, or that of a function that looks at it.
pub(crate) enum Checked<'a> {
    It(&'a dyn HealthCheck),
    By(Check<'a>),
}

impl Checked<'_> {
    pub(crate) fn options(&self) -> CheckOptions {
        match self {
            Self::It(check) => check.options(),
            Self::By(_) => CheckOptions::new(),
        }
    }
}

impl<'a> Checked<'a> {
    pub(crate) fn check(self) -> Check<'a> {
        match self {
            Self::It(check) => check.check(),
            Self::By(check) => check,
        }
    }
}

impl<'a> Part<'a> {
    /// The part `check`, called `name`.
    pub fn new(name: impl Into<Cow<'static, str>>, check: &'a dyn HealthCheck) -> Self {
        Self { name: name.into(), check: Checked::It(check), options: CheckOptions::new() }
    }

    /// A part called `name` that `check` looks at, for what is no `HealthCheck` itself.
    pub fn with(name: impl Into<Cow<'static, str>>, check: Check<'a>) -> Self {
        Self { name: name.into(), check: Checked::By(check), options: CheckOptions::new() }
    }

    /// How it is run; beats what it says itself.
    #[must_use]
    pub fn options(mut self, options: CheckOptions) -> Self {
        self.options = options;
        self
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Part").field(&self.name).finish()
    }
}

/// Those that only lead to another.
macro_rules! leads_to_one {
    ($($pointer:ty),*) => {$(
        impl<C: HealthCheck + ?Sized> HealthCheck for $pointer {
            fn check(&self) -> Check<'_> {
                (**self).check()
            }

            fn options(&self) -> CheckOptions {
                (**self).options()
            }
        }
    )*};
}

leads_to_one!(Arc<C>, Box<C>, &C);

/// `None` has nothing to check.
impl<C: HealthCheck> HealthCheck for Option<C> {
    fn check(&self) -> Check<'_> {
        self.as_ref().map_or_else(|| Check::parts([]), C::check)
    }

    fn options(&self) -> CheckOptions {
        self.as_ref().map_or_else(CheckOptions::new, C::options)
    }
}

/// Its elements by their places, from 0.
impl<C: HealthCheck> HealthCheck for Vec<C> {
    fn check(&self) -> Check<'_> {
        Check(Work::List(self))
    }
}
