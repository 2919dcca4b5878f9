//! The one error of this crate: opaque, asked about through `is_*` predicates.
//!
//! Everything that can fail, fails at set-up; recording a call never does. This room uses nothing
//! else of the crate.

use std::{error, fmt, io};

/// Why [`init`](crate::init) or a [`Builder`](crate::Builder) could not set observation up.
///
/// # Example
///
/// ```no_run
/// match observant::init() {
///     Ok(guard) => drop(guard),
///     Err(error) if error.is_address_in_use() => eprintln!("{error}"),
///     Err(error) => panic!("{error}"),
/// }
/// ```
pub struct Error(Box<Kind>);

#[derive(Debug)]
enum Kind {
    AlreadyInitialized,
    Bind { address: String, way_out: &'static str, source: io::Error },
    Thread { source: io::Error },
    Setting { message: String },
    Check { message: String },
}

impl Error {
    /// `init` was called while another guard of this process is alive.
    pub(crate) fn already_initialized() -> Self {
        Self(Box::new(Kind::AlreadyInitialized))
    }

    /// The server could not listen on `address`; `way_out` says what to change.
    #[cfg_attr(not(feature = "http"), allow(dead_code))]
    pub(crate) fn bind(address: String, way_out: &'static str, source: io::Error) -> Self {
        Self(Box::new(Kind::Bind { address, way_out, source }))
    }

    /// A thread of ours could not be started.
    #[cfg_attr(not(feature = "http"), allow(dead_code))]
    pub(crate) fn thread(source: io::Error) -> Self {
        Self(Box::new(Kind::Thread { source }))
    }

    /// A value given in code is not acceptable (values from the environment only warn).
    pub(crate) fn setting(message: String) -> Self {
        Self(Box::new(Kind::Setting { message }))
    }

    /// A health check cannot be among the others.
    pub(crate) fn check(message: String) -> Self {
        Self(Box::new(Kind::Check { message }))
    }

    /// Observation is already set up in this process and its guard still lives.
    pub fn is_already_initialized(&self) -> bool {
        matches!(*self.0, Kind::AlreadyInitialized)
    }

    /// Another program (or another part of this one) listens on the port already.
    pub fn is_address_in_use(&self) -> bool {
        matches!(&*self.0, Kind::Bind { source, .. } if source.kind() == io::ErrorKind::AddrInUse)
    }

    /// The server could not listen on its address, for whatever reason.
    pub fn is_bind(&self) -> bool {
        matches!(*self.0, Kind::Bind { .. })
    }

    /// A value handed to the [`Builder`](crate::Builder) was refused.
    pub fn is_setting(&self) -> bool {
        matches!(*self.0, Kind::Setting { .. })
    }

    /// A health check was refused: two have one name, its options cannot be, or there are too many.
    pub fn is_check(&self) -> bool {
        matches!(*self.0, Kind::Check { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::AlreadyInitialized => f.write_str(
                "observant is already initialized in this process; keep the guard of the first \
                 `init()` and call it once, in `main`",
            ),
            Kind::Bind { address, way_out, source } => {
                write!(f, "cannot listen on {address}: {source}; {way_out}")
            }
            Kind::Thread { source } => write!(f, "cannot start the observant thread: {source}"),
            Kind::Setting { message } | Kind::Check { message } => f.write_str(message),
        }
    }
}

/// `fn main() -> Result<(), observant::Error>` prints errors with `Debug`, so it reads as text.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &*self.0 {
            Kind::Bind { source, .. } | Kind::Thread { source } => Some(source),
            Kind::AlreadyInitialized | Kind::Setting { .. } | Kind::Check { .. } => None,
        }
    }
}
