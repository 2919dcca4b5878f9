//! What the models cost. Observant knows no prices; a program that wants to see its costs says them.

use observant::Price;

use super::server::{MODEL, OVERLOADED_MODEL};

/// Sets the prices of the built-in models, which are made up so that there is something to see, and of the model that
/// is asked for where none is named (its list price of 2025). Of other models tokens are counted, and no cost.
pub fn set() {
    let made_up = Price::per_million(0.1, 0.4).cached(0.025);
    observant::set_prices([
        (MODEL, made_up),
        (OVERLOADED_MODEL, made_up),
        ("gpt-4o-mini", Price::per_million(0.15, 0.6).cached(0.075)),
    ]);
}
