//! How a call ends, as its own code says.

use crate::span::Told;

/// How a call ends, whatever it returns.
///
/// # Example
///
/// ```
/// use observant::{Outcome, observe};
///
/// #[observe]
/// fn answer(question: &str) -> String {
///     let answer = question.to_uppercase();
///     if answer.is_empty() {
///         observant::current().outcome(Outcome::Failure("empty_answer"));
///     }
///     answer
/// }
///
/// answer("");
/// let errors = observant::snapshot();
/// assert_eq!(errors.sum("observe_errors_total", &[("error_type", "empty_answer")]), 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It did what it should, even if it returns an error.
    Success,
    /// It did not do what it should, even if it returns no error; this is its `error_type`.
    Failure(&'static str),
    /// It took too long; `error_type` is `timeout`.
    Timeout,
    /// It was refused: by a limit, a policy, a human; `error_type` is `rejected`.
    Rejected,
}

impl From<Outcome> for Told {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::Fine,
            Outcome::Failure(error_type) => Self::Error(error_type),
            Outcome::Timeout => Self::Error("timeout"),
            Outcome::Rejected => Self::Error("rejected"),
        }
    }
}
