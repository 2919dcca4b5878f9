//! Tokens that a call of a model used, as the conventions count them. Uses nothing of the crate.

/// Tokens that a call of a model used, counted as OpenTelemetry's conventions for generative AI do: `input` and `output` are
/// all there were, the others are the parts of them that are priced otherwise.
///
/// # Example
///
/// ```
/// use observant::Usage;
///
/// let plain = Usage { input: 1_200, output: 80, ..Usage::default() };
/// // Anthropic's `input_tokens` lacks what was read from the cache or written to it.
/// let cached = Usage::anthropic(200, 0, 1_000, 80);
/// assert_eq!(plain.input, cached.input);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the prompt, those read from a cache or written to it among them.
    pub input: u64,
    /// Tokens of the answer, those of reasoning among them.
    pub output: u64,
    /// Of `input`, read from the provider's cache.
    pub cache_read: u64,
    /// Of `input`, written to the provider's cache.
    pub cache_write: u64,
    /// Of `output`, spent on reasoning.
    pub reasoning: u64,
}

impl Usage {
    /// As Anthropic's Messages API reports it (`usage` of a message): its `input_tokens` lacks what the cache was asked for,
    /// `cache_creation_input_tokens` and `cache_read_input_tokens`.
    ///
    /// # Example
    ///
    /// ```
    /// let usage = observant::Usage::anthropic(10, 20, 300, 40);
    /// assert_eq!((usage.input, usage.cache_read, usage.cache_write), (330, 300, 20));
    /// ```
    pub const fn anthropic(input: u64, cache_creation: u64, cache_read: u64, output: u64) -> Self {
        Self {
            input: input.saturating_add(cache_creation).saturating_add(cache_read),
            output,
            cache_read,
            cache_write: cache_creation,
            reasoning: 0,
        }
    }

    /// As OpenAI's APIs report it: `prompt_tokens` has `cached_tokens` among them, and `completion_tokens` those of
    /// reasoning. More parts than there are of the whole are taken for all of it.
    ///
    /// # Example
    ///
    /// ```
    /// let usage = observant::Usage::openai(330, 300, 40, 25);
    /// assert_eq!((usage.input, usage.cache_read, usage.output, usage.reasoning), (330, 300, 40, 25));
    /// ```
    pub const fn openai(prompt: u64, cached: u64, completion: u64, reasoning: u64) -> Self {
        Self { input: prompt, output: completion, cache_read: cached, cache_write: 0, reasoning }
            .consistent()
    }

    /// The same with no part greater than its whole.
    pub(crate) const fn consistent(self) -> Self {
        let Self { input, output, cache_read, cache_write, reasoning } = self;
        let cache_read = least(cache_read, input);
        let cache_write = least(cache_write, input - cache_read);
        Self { input, output, cache_read, cache_write, reasoning: least(reasoning, output) }
    }
}

const fn least(one: u64, other: u64) -> u64 {
    if one < other { one } else { other }
}

/// What `usage = |returned| ..` may answer: a [`Usage`], or the tokens that went in and those that came out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` says nothing of tokens",
    label = "not a usage",
    note = "`usage` answers an `observant::Usage`, a pair of numbers `(input, output)`, or an `Option` of either"
)]
pub trait IntoUsage {
    /// The usage, if there is one.
    fn into_usage(self) -> Option<Usage>;
}

impl IntoUsage for Usage {
    fn into_usage(self) -> Option<Usage> {
        Some(self)
    }
}

impl<U: IntoUsage> IntoUsage for Option<U> {
    fn into_usage(self) -> Option<Usage> {
        self?.into_usage()
    }
}

impl<I: TokenCount, O: TokenCount> IntoUsage for (I, O) {
    fn into_usage(self) -> Option<Usage> {
        Some(Usage { input: self.0.tokens(), output: self.1.tokens(), ..Usage::default() })
    }
}

/// A number of tokens, as crates for models have them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number of tokens",
    note = "tokens are `u32`, `u64`, `usize`, `i32`, `i64` or an `Option` of one; below 0 counts as 0"
)]
pub trait TokenCount {
    /// The number; 0 for what is below.
    fn tokens(self) -> u64;
}

macro_rules! counts {
    ($($number:ty),*) => {$(
        impl TokenCount for $number {
            fn tokens(self) -> u64 {
                u64::try_from(self).unwrap_or(0)
            }
        }
    )*};
}

counts!(u8, u16, u32, u64, usize, i32, i64);

impl<C: TokenCount> TokenCount for Option<C> {
    fn tokens(self) -> u64 {
        self.map_or(0, TokenCount::tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_no_more_than_the_whole() {
        let usage = Usage::openai(10, 30, 5, 9);
        assert_eq!(
            usage,
            Usage { input: 10, output: 5, cache_read: 10, cache_write: 0, reasoning: 5 }
        );
        assert_eq!(Usage::anthropic(u64::MAX, 1, 1, 0).input, u64::MAX);
    }

    #[test]
    fn pairs_of_any_numbers_are_usages() {
        let expected = Some(Usage { input: 3, output: 4, ..Usage::default() });
        assert_eq!((3_u32, 4_u64).into_usage(), expected);
        assert_eq!(Some((Some(3_i64), 4_usize)).into_usage(), expected);
        assert_eq!((-3_i32, None::<u8>).into_usage(), Some(Usage::default()));
        assert_eq!(None::<Usage>.into_usage(), None);
    }
}
