//! The labels of one family as a type: what `metrics!` makes of `{ name: Type, .. }`. Uses nothing of the crate.

use super::family::MOST_LABELS;

/// The labels of one family. Made by [`metrics!`](macro@crate::metrics) alone.
pub trait LabelSet: 'static {
    /// Their values at one time.
    type Labels<'l>;

    /// All values of each label; none of one that takes texts as they come.
    #[doc(hidden)]
    const VALUES: &'static [&'static [&'static str]];

    /// How many places the combinations have; 0 where they are not bounded, or too many to tell.
    #[doc(hidden)]
    const PLACES: usize = places(Self::VALUES);

    /// Which of the places a combination has.
    #[doc(hidden)]
    fn place(labels: &Self::Labels<'_>) -> usize;

    /// The values as texts, in the order of the names.
    #[doc(hidden)]
    fn texts<'s>(labels: &'s Self::Labels<'_>, texts: &mut Texts<'s>);
}

/// No labels.
impl LabelSet for () {
    type Labels<'l> = ();
    const VALUES: &'static [&'static [&'static str]] = &[];

    fn place((): &()) -> usize {
        0
    }

    fn texts<'s>((): &'s (), _: &mut Texts<'s>) {}
}

/// Of each label one more than its type has: what a type says of itself may be wrong.
const fn places(values: &[&[&str]]) -> usize {
    let (mut product, mut label) = (1_usize, 0);
    while label < values.len() {
        let Some(more) = product.checked_mul(values[label].len() + 1) else { return 0 };
        product = if values[label].is_empty() { return 0 } else { more };
        label += 1;
    }
    product
}

/// The place of a combination: pairs of an index and how many values there are.
#[doc(hidden)]
#[inline]
pub fn place(labels: &[(usize, usize)]) -> usize {
    labels.iter().fold(0, |place: usize, (index, values)| {
        place.wrapping_mul(values + 1).wrapping_add(*index.min(values))
    })
}

/// The text of a label's value.
#[doc(hidden)]
pub fn text_of(values: &'static [&'static str], index: usize) -> &'static str {
    values.get(index).copied().unwrap_or("_OTHER")
}

/// Texts of one combination.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'s> {
    all: [&'s str; MOST_LABELS],
    length: usize,
}

impl<'s> Texts<'s> {
    pub(super) fn new() -> Self {
        Self { all: [""; MOST_LABELS], length: 0 }
    }

    /// Adds that of the next label.
    #[doc(hidden)]
    pub fn push(&mut self, text: &'s str) {
        if let Some(place) = self.all.get_mut(self.length) {
            *place = text;
            self.length += 1;
        }
    }

    pub(super) fn all(&self) -> &[&'s str] {
        &self.all[..self.length]
    }
}
