//! Rounds: every contender runs one batch, then every contender the next, until there are enough.

use crate::contender::Contender;
use std::time::Instant;

/// Nanoseconds per call of one contender.
#[derive(Clone, Debug)]
pub struct Figures {
    /// One for each round, in order.
    pub rounds: Vec<f64>,
}

impl Figures {
    /// The fastest round: what the code costs when nothing disturbs it.
    #[must_use]
    pub fn minimum(&self) -> f64 {
        self.rounds.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The round in the middle.
    #[must_use]
    pub fn median(&self) -> f64 {
        median(self.rounds.clone())
    }

    /// The middle of `self / other` round by round: disturbances that last longer than a round
    /// meet both alike and cancel out.
    #[must_use]
    pub fn ratio_to(&self, other: &Self) -> f64 {
        median(self.rounds.iter().zip(&other.rounds).map(|(own, other)| own / other).collect())
    }

    /// The middle of `self - other` round by round.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> f64 {
        median(self.rounds.iter().zip(&other.rounds).map(|(own, other)| own - other).collect())
    }
}

/// The middle one.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Measures all contenders over `rounds` rounds of `calls` calls each.
#[must_use]
pub fn take_turns(contenders: &[Contender], rounds: usize, calls: u32) -> Vec<Figures> {
    // A first round warms caches and predictors, and pays for what is paid once.
    for contender in contenders {
        (contender.batch)(u64::from(calls));
    }
    let mut figures = vec![Figures { rounds: Vec::with_capacity(rounds) }; contenders.len()];
    for round in 0..rounds {
        for place in 0..contenders.len() {
            // Every round begins with another one, so that none always follows the same neighbour.
            let place = (place + round) % contenders.len();
            figures[place].rounds.push(time(contenders[place], calls));
        }
    }
    figures
}

fn time(contender: Contender, calls: u32) -> f64 {
    let start = Instant::now();
    (contender.batch)(u64::from(calls));
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}
