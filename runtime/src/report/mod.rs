//! What a program did, as tables for a terminal: its functions, their errors, and what its agents spent.
//!
//! Counts nothing: it reads what a scrape reads, at the moment it is asked.

// Uses `registry` and `snapshot`.
//
// | file | what lives there |
// |---|---|
// | `functions` | observed functions by the time they took, and how they failed |
// | `spend` | agents, by what they spent |
// | `table` | columns that are straight |
// | `cells` | numbers, times and names, cut where they are too long |
// | `width` | how many columns a text takes |

mod cells;
mod functions;
mod spend;
mod table;
#[cfg(test)]
mod tests;
mod width;

use crate::registry;
use functions::Functions;
use spend::Spend;
use std::fmt;

/// Functions that a report shows if nobody says otherwise.
const MOST: usize = 30;

/// What this program did so far, as tables for people. [`report`] makes it; it is shown by [`Display`](fmt::Display).
#[derive(Clone, Debug)]
pub struct Report {
    functions: Functions,
    spend: Spend,
    most: usize,
}

impl Report {
    /// How many functions are shown, those that took the most time; 30 without it. How many more were called is told.
    ///
    /// # Example
    ///
    /// ```
    /// #[observant::observe]
    /// fn double(number: u32) -> u32 {
    ///     number * 2
    /// }
    ///
    /// double(21);
    /// let short = observant::report().most(0).to_string();
    /// assert!(short.contains("and 1 more"));
    /// ```
    #[must_use]
    pub fn most(mut self, functions: usize) -> Self {
        self.most = functions;
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.functions.write(f, self.most)?;
        self.spend.write(f)
    }
}

/// What every observed function of this program did so far, how it failed, and what agents spent, as tables.
///
/// For the end of a program, or any other moment: modules are sorted by self time, their functions by total time. `self` is the time a
/// function ran without the observed functions it called, `p99` and `max` are exact of one call, and of several at most 9 % too much. It needs no
/// [`init`](crate::init) and no feature. Agents are listed if there are any, with their tasks, tokens and cost, and what was spent outside of any agent.
///
/// # Example
///
/// ```
/// use observant::observe;
///
/// #[observe]
/// fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
///     text.parse()
/// }
///
/// for text in ["1", "2", "three"] {
///     let _ = parse(text);
/// }
/// let report = observant::report().to_string();
/// println!("{report}");
/// assert!(report.contains("parse"));
/// assert!(report.contains("ParseIntError"));
/// ```
///
/// At the end of any program, panics included:
///
/// ```
/// struct AtExit;
///
/// impl Drop for AtExit {
///     fn drop(&mut self) {
///         eprintln!("{}", observant::report());
///     }
/// }
///
/// let _at_exit = AtExit;
/// ```
pub fn report() -> Report {
    Report { functions: Functions::of(&registry::listing()), spend: Spend::now(), most: MOST }
}
