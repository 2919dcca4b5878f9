//! When a status changes: not by one result, in neither direction. Pure; uses nothing of the crate.

use super::words::Status;

/// How many results in a row it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Thresholds {
    /// To get worse.
    pub(crate) fail_after: u32,
    /// To get better.
    pub(crate) pass_after: u32,
}

/// The last results, as far as they matter.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Streak {
    failed: u32,
    /// Failed or degraded.
    not_passed: u32,
    /// Passed or degraded.
    not_failed: u32,
    passed: u32,
}

impl Streak {
    /// Failures since the last result that was none.
    pub(crate) fn failures(&self) -> u32 {
        self.failed
    }

    /// Whether the last result was better than a failure.
    pub(crate) fn is_up(&self) -> bool {
        self.not_failed > 0
    }

    /// Takes in one more result and says what the status is then. The first result decides at once: before it nothing
    /// is known that it could contradict.
    pub(crate) fn next(&mut self, status: Status, result: Status, limits: Thresholds) -> Status {
        let count = |streak: &mut u32, goes_on: bool| {
            *streak = if goes_on { streak.saturating_add(1) } else { 0 };
        };
        count(&mut self.failed, result == Status::Fail);
        count(&mut self.not_passed, result != Status::Pass);
        count(&mut self.not_failed, result != Status::Fail);
        count(&mut self.passed, result == Status::Pass);
        let Thresholds { fail_after, pass_after } = limits;
        match status {
            Status::Unknown => result,
            Status::Pass | Status::Degraded if self.failed >= fail_after => Status::Fail,
            Status::Pass if self.not_passed >= fail_after => Status::Degraded,
            Status::Degraded | Status::Fail if self.passed >= pass_after => Status::Pass,
            Status::Fail if self.not_failed >= pass_after => Status::Degraded,
            same => same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Thresholds = Thresholds { fail_after: 3, pass_after: 2 };

    /// The statuses after each of `results`: `p`ass, `d`egraded, `f`ail.
    fn after(results: &str) -> String {
        let (mut streak, mut status) = (Streak::default(), Status::Unknown);
        let mut word = |letter| {
            let result = match letter {
                'p' => Status::Pass,
                'd' => Status::Degraded,
                _ => Status::Fail,
            };
            status = streak.next(status, result, LIMITS);
            status.as_str().chars().next().unwrap()
        };
        results.chars().map(&mut word).collect()
    }

    #[test]
    fn the_first_result_decides() {
        assert_eq!((after("p"), after("d"), after("f")), ("p".into(), "d".into(), "f".into()));
    }

    #[test]
    fn three_failures_down_two_passes_up() {
        assert_eq!(after("pffpffffpp"), "ppppppfffp");
        assert_eq!(after("pfff"), "pppf");
        assert_eq!(after("ffpfpp"), "fffffp");
    }

    #[test]
    fn what_flaps_changes_nothing() {
        assert_eq!(after("pfpfpfpf"), "pppppppp");
        assert_eq!(after("pffpffpff"), "ppppppppp");
        assert_eq!(after("fpfpfpfp"), "ffffffff");
    }

    #[test]
    fn degraded_lies_between() {
        assert_eq!(after("pddd"), "pppd");
        // Three results were no pass, and not all of them failures.
        assert_eq!(after("pdff"), "pppd");
        assert_eq!(after("pdfff"), "pppdf");
        assert_eq!(after("fdd"), "ffd");
        assert_eq!(after("fdp"), "ffd");
        assert_eq!(after("fdpp"), "ffdp");
    }
}
