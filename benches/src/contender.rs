//! What is measured: one tool doing one shape of call.

/// Makes this many calls.
pub type Batch = fn(u64);

/// What kind of call it is. Only calls of one shape do the same work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `fn(u64) -> u64`.
    Plain,
    /// `fn(u64) -> Result<u64, E>`, always `Ok`.
    Succeeding,
    /// The same, always `Err`.
    Failing,
    /// The same, one `Err` in 128 calls.
    Mixed,
    /// `fn(u64) -> u64` with two labels of three values.
    Labelled,
    /// `async fn(u64) -> u64` with one await that is ready at once.
    Ready,
    /// The same, suspended once: two polls.
    Suspended,
    /// `fn(u64) -> u64`, switched off.
    Off,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Plain,
        Self::Succeeding,
        Self::Failing,
        Self::Mixed,
        Self::Labelled,
        Self::Ready,
        Self::Suspended,
        Self::Off,
    ];

    /// As printed.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Succeeding => "result ok",
            Self::Failing => "result error",
            Self::Mixed => "one error in 128",
            Self::Labelled => "labelled",
            Self::Ready => "await ready",
            Self::Suspended => "await suspended",
            Self::Off => "switched off",
        }
    }
}

/// One row of the result.
#[derive(Clone, Copy, Debug)]
pub struct Contender {
    /// Who observes: `bare` for nobody, `floor` for what cannot be avoided.
    pub tool: &'static str,
    /// What is called.
    pub shape: Shape,
    /// Calls it.
    pub batch: Batch,
}

impl Contender {
    /// The name it is asked for by.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.tool, self.shape.text())
    }
}
