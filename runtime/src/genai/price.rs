//! What models cost, as the program says: prices change too often for us to know them.

use super::Usage;
use crate::lock::Lock;
use std::{collections::HashMap, sync::Arc};

/// What a model costs, in US dollars for a million tokens.
///
/// # Example
///
/// ```
/// use observant::{Price, Usage};
///
/// let price = Price::per_million(2.5, 10.0).cached(1.25);
/// let usage = Usage::openai(2_000_000, 1_000_000, 100_000, 0);
/// assert_eq!(price.of(&usage), 2.5 + 1.25 + 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    input: f64,
    output: f64,
    cache_read: f64,
    cache_write: f64,
}

const MILLION: f64 = 1e6;

impl Price {
    /// What tokens cost that go in and that come out. Those read from a cache or written to it cost as much, unless
    /// it is said otherwise.
    pub const fn per_million(input: f64, output: f64) -> Self {
        Self { input, output, cache_read: input, cache_write: input }
    }

    /// The same with another price for input tokens that are read from the provider's cache.
    #[must_use]
    pub const fn cached(mut self, cache_read: f64) -> Self {
        self.cache_read = cache_read;
        self
    }

    /// The same with another price for input tokens that are written to the provider's cache.
    #[must_use]
    pub const fn cache_write(mut self, cache_write: f64) -> Self {
        self.cache_write = cache_write;
        self
    }

    /// What a call costs. Cached tokens are a part of the input and are paid for once.
    #[allow(clippy::cast_precision_loss)] // Tokens are far from 2^53.
    pub fn of(&self, usage: &Usage) -> f64 {
        let usage = usage.consistent();
        let plain = usage.input - usage.cache_read - usage.cache_write;
        let parts = [
            (plain, self.input),
            (usage.cache_read, self.cache_read),
            (usage.cache_write, self.cache_write),
            (usage.output, self.output),
        ];
        parts.iter().map(|(tokens, price)| *tokens as f64 * price / MILLION).sum()
    }
}

/// The prices of the program's models. Read where a call of a model ends, and replaced as a whole.
static PRICES: Lock<Option<Arc<HashMap<String, Price>>>> = Lock::new(None);

/// Sets what models cost, by the names that answers give them, or requests. What was set before is forgotten.
///
/// With it a call of a model that tells its usage and no cost of its own has one.
///
/// # Example
///
/// ```
/// use observant::Price;
///
/// observant::set_prices([("gpt-4o-mini", Price::per_million(0.15, 0.6).cached(0.075))]);
/// ```
pub fn set_prices<M: Into<String>>(prices: impl IntoIterator<Item = (M, Price)>) {
    let prices = prices.into_iter().map(|(model, price)| (model.into(), price)).collect();
    if let Some(mut known) = PRICES.lock() {
        *known = Some(Arc::new(prices));
    }
}

/// What a call costs whose answer came from one of these models, the first that has a price.
pub(super) fn cost_of(models: [Option<&str>; 2], usage: &Usage) -> Option<f64> {
    let prices = PRICES.lock()?.clone()?;
    let price = models.into_iter().flatten().find_map(|model| prices.get(model))?;
    Some(price.of(usage))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_tokens_are_paid_for_once() {
        let price = Price::per_million(3.0, 15.0).cached(0.3).cache_write(3.75);
        let usage = Usage::anthropic(1_000_000, 1_000_000, 1_000_000, 0);
        assert!((price.of(&usage) - 7.05).abs() < 1e-9);
        let plain = Usage { input: 1_000_000, cache_read: 5_000_000, ..Usage::default() };
        assert!((price.of(&plain) - 0.3).abs() < 1e-9, "no more is cached than there is");
    }

    #[test]
    fn the_model_that_answered_counts_before_the_one_that_was_asked() {
        set_prices([
            ("asked", Price::per_million(1.0, 0.0)),
            ("answered", Price::per_million(2.0, 0.0)),
        ]);
        let usage = Usage { input: 1_000_000, ..Usage::default() };
        assert_eq!(cost_of([Some("answered"), Some("asked")], &usage), Some(2.0));
        assert_eq!(cost_of([Some("dated-version"), Some("asked")], &usage), Some(1.0));
        assert_eq!(cost_of([None, Some("unknown")], &usage), None);
    }
}
