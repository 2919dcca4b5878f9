//! The classic bounds that a function's durations are counted between, checked while compiling. Of the crate it uses `cell`, `lock` and `metric`.

use crate::{
    cell::Ladder,
    lock::Lock,
    metric::ladders::{DEFAULT, MICRO, SLOW},
};
use std::sync::OnceLock;

/// The classic bounds of a function's durations, in seconds.
#[derive(Clone, Copy, Debug)]
pub enum Buckets {
    /// 100 us to 10 s.
    Default,
    /// 1 us to 10 ms.
    Micro,
    /// 10 ms to 10 min.
    Slow,
    /// What `buckets = [..]` says.
    Custom(&'static [f64]),
}

impl Buckets {
    /// The bounds.
    pub(crate) const fn seconds(&self) -> &'static [f64] {
        match self {
            Self::Default => DEFAULT,
            Self::Micro => MICRO,
            Self::Slow => SLOW,
            Self::Custom(seconds) => seconds,
        }
    }

    /// Refuses at compile time what the attribute could not see in constants. The presets are checked
    /// once, below: evaluating this is a good part of what an annotation costs to compile.
    pub(super) const fn check(&self) {
        if let Self::Custom(seconds) = self {
            Self::check_bounds(seconds);
        }
    }

    const fn check_bounds(seconds: &[f64]) {
        assert!(!seconds.is_empty() && seconds.len() <= 64, "`buckets` takes 1 to 64 bounds");
        let mut index = 0;
        while index < seconds.len() {
            let (low, high) = (1.0e-8, 4_194_304.0);
            assert!(
                seconds[index] >= low && seconds[index] <= high,
                "bounds lie between 1e-8 and 4194304 seconds"
            );
            assert!(index == 0 || seconds[index - 1] < seconds[index], "bounds must ascend");
            index += 1;
        }
    }

    /// The partition for these bounds; the three presets are shared.
    fn shared_ladder(self) -> &'static Ladder {
        static PRESETS: [OnceLock<Ladder>; 3] = [const { OnceLock::new() }; 3];
        let preset = match self {
            Self::Default => 0,
            Self::Micro => 1,
            Self::Slow => 2,
            Self::Custom(seconds) => return Box::leak(Box::new(Ladder::new(seconds))),
        };
        PRESETS[preset].get_or_init(|| Ladder::new(self.seconds()))
    }

    /// The same with one bound more, so that it is exact there. Those with the same bounds share one.
    pub(super) fn ladder(self, also: Option<f64>) -> &'static Ladder {
        let Some(also) = also else { return self.shared_ladder() };
        let mut seconds = self.seconds().to_vec();
        let place = seconds.partition_point(|bound| *bound < also);
        #[allow(clippy::float_cmp)] // What is written the same is the same bound.
        if seconds.get(place).is_none_or(|bound| *bound != also) {
            seconds.insert(place, also);
        }
        own_ladder(&seconds)
    }
}

/// How many ladders are looked through for one with the same bounds: few programs promise more.
const SHARED: usize = 64;

/// A ladder that is none of the presets.
fn own_ladder(seconds: &[f64]) -> &'static Ladder {
    static KNOWN: Lock<Vec<&'static Ladder>> = Lock::new(Vec::new());
    let make = || &*Box::leak(Box::new(Ladder::new(seconds)));
    let Some(mut known) = KNOWN.lock() else { return make() };
    let same = |ladder: &&&Ladder| ladder.bounds().iter().map(|bound| &bound.upper).eq(seconds);
    if let Some(ladder) = known.iter().find(same) {
        return ladder;
    }
    let ladder = make();
    if known.len() < SHARED {
        known.push(ladder);
    }
    ladder
}

const _: () = {
    Buckets::check_bounds(DEFAULT);
    Buckets::check_bounds(MICRO);
    Buckets::check_bounds(SLOW);
};
