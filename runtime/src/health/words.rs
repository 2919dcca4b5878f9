//! The words a check is described with. Uses nothing of the crate.

/// What a check's verdict is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// Whether the process is wedged: failing, it is restarted (`/live`). Never what depends on anything outside.
    Liveness,
    /// Whether it takes work: failing, it gets none (`/ready`).
    #[default]
    Readiness,
    /// Whether it has come up (`/startup`). Runs until it has passed once.
    Startup,
    /// For people: no probe asks it, `/health` shows it.
    Informational,
}

impl Kind {
    /// The word for it: `liveness`, `readiness`, `startup` or `informational`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Liveness => "liveness",
            Self::Readiness => "readiness",
            Self::Startup => "startup",
            Self::Informational => "informational",
        }
    }
}

/// What follows from a check that fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// Its probe fails, and so does the whole.
    #[default]
    Critical,
    /// The whole is degraded; no probe fails. For what the program can do without for a while, and for what many
    /// instances share: where all of them leave at once, nobody is left.
    Degraded,
    /// Nothing: it is shown.
    Info,
}

impl Severity {
    /// The word for it: `critical`, `degraded` or `info`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Degraded => "degraded",
            Self::Info => "info",
        }
    }
}

/// How things are, for one check or all of them. Ordered from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Status {
    /// All is well.
    Pass,
    /// It works, and not as it should.
    Degraded,
    /// Nothing is known: it has not run yet, or not for too long.
    Unknown,
    /// It does not work.
    Fail,
}

impl Status {
    /// The word for it: `pass`, `degraded`, `unknown` or `fail`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Degraded => "degraded",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }
}
