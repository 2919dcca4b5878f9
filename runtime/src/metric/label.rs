//! The trait of label values and what an expansion makes of them. Uses nothing of the crate.

/// A value that may become a metric label, because all it can ever be is known at compile time.
///
/// Derive it on an enum: the label value of a variant is its name, or what `#[label(rename = "..")]`
/// says. On an error type it also gives `observe_errors_total` its `error_type`.
///
/// # Example
///
/// ```
/// use observant::{Label, observe};
///
/// #[derive(Clone, Copy, Label)]
/// enum Mode {
///     Fast,
///     #[label(rename = "thorough")]
///     Slow,
/// }
///
/// #[observe(labels(mode = mode))]
/// fn search(query: &str, mode: Mode) -> usize {
///     query.len()
/// }
///
/// assert_eq!(search("rust", Mode::Fast) + search("rust", Mode::Slow), 8);
/// assert_eq!(Mode::VALUES, ["Fast", "thorough"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a label: its values are not bounded by its type",
    label = "not a bounded label",
    note = "labels take `bool`, string literals and enums with `#[derive(observant::Label)]`; in `metrics!` also `Capped`, for texts as they come"
)]
pub trait Label {
    /// Every value there can be, at most 200.
    const VALUES: &'static [&'static str];

    /// Which of [`VALUES`](Self::VALUES) this is.
    fn index(&self) -> usize;
}

impl Label for bool {
    const VALUES: &'static [&'static str] = &["false", "true"];

    fn index(&self) -> usize {
        usize::from(*self)
    }
}

impl<L: Label + ?Sized> Label for &L {
    const VALUES: &'static [&'static str] = L::VALUES;

    fn index(&self) -> usize {
        (**self).index()
    }
}

/// One label's value at one call.
#[derive(Clone, Copy, Debug)]
pub enum LabelValue {
    /// A literal: the only value of its label.
    Literal(&'static str),
    /// One of the values of a type.
    OneOf {
        /// Which of `values`.
        index: usize,
        /// All the type has.
        values: &'static [&'static str],
    },
}

impl LabelValue {
    /// How many values the label can have, one more for an index out of range.
    pub(crate) fn cardinality(self) -> usize {
        match self {
            Self::Literal(_) => 1,
            Self::OneOf { values, .. } => values.len() + 1,
        }
    }

    /// Which of them it has.
    pub(crate) fn index(self) -> usize {
        match self {
            Self::Literal(_) => 0,
            Self::OneOf { index, values } => index.min(values.len()),
        }
    }

    /// The text of the value.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Literal(text) => text,
            Self::OneOf { index, values } => values.get(index).copied().unwrap_or("_OTHER"),
        }
    }
}
