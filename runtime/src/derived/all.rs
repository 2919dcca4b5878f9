//! Every function that asks to be judged, and the SLOs, as checks that `health` runs.

use super::function::Judged;
use crate::{
    health::{CheckOptions, Checks, Kind, Place, Registration, Severity, Source, Verdict},
    registry::{self, Function},
    slo::{Board, Paging},
};
use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

/// Functions that are judged. Checks that the program wrote must find room too.
pub(crate) const MOST: usize = 1_000;

/// How often SLOs are looked at: a few times for each reading that there is room for.
const SAMPLED: Duration = Duration::from_secs(5);

/// Characters of a check's name, and what may follow them.
const LONGEST: usize = 120;

/// Keeps functions judged.
pub(crate) struct Derived {
    judged: Vec<Arc<Judged>>,
    /// Functions beyond [`MOST`], and those whose check was refused.
    pub(crate) refused: usize,
    pub(crate) board: Arc<Board>,
    _registrations: Vec<Registration>,
}

impl Derived {
    /// What is wrong with a function, in a sentence; `None` where it is well, or nobody judges it.
    pub(crate) fn sentence(&self, function: &Function) -> Option<String> {
        self.judged.iter().find(|judged| judged.is_of(function))?.sentence()
    }
}

/// Has `checks` judge every function that asks for it, and look after the histories of `board`.
pub(crate) fn contribute(checks: &Arc<Checks>, board: Arc<Board>, start: Instant) -> Derived {
    let listing = registry::listing();
    let asks = |function: &&Function| {
        let wishes = function.callsite.wishes();
        wishes.health.is_some() || wishes.deadline.is_some()
    };
    let (mut judged, mut registrations, mut refused) = (Vec::new(), Vec::new(), 0);
    let mut names = HashSet::new();
    for function in listing.functions.iter().filter(asks) {
        if judged.len() == MOST {
            refused += 1;
            continue;
        }
        let name = check_name(function.module(), &function.name);
        let numbered = (2_u32..).map(|number| format!("{name}-{number}"));
        let free = |name: &String| names.insert(name.clone());
        let Some(name) = std::iter::once(name.clone()).chain(numbered).find(free) else { continue };
        let first = Arc::new(Judged::new(function.clone(), name.clone(), start));
        // A check that the program wrote may have that name.
        let other = || Arc::new(first.renamed(format!("{name}-calls"), start));
        let taken = [first.clone(), other()]
            .into_iter()
            .find_map(|judge| Some((checks.contribute(judge.clone()).ok()?, judge)));
        match taken {
            Some((registration, judge)) => {
                registrations.push(registration);
                judged.push(judge);
            }
            None => refused += 1,
        }
    }
    if !board.is_empty() {
        registrations.extend(checks.contribute(Arc::new(Slos(board.clone()))).ok());
    }
    Derived { judged, refused, board, _registrations: registrations }
}

/// A path that a page can be asked for: `agents/planner/Planner/plan` of `agents::planner` and `Planner::plan`.
fn check_name(module: &str, function: &str) -> String {
    let written = format!("{module}::{function}").replace("::", "/");
    let mut name = String::with_capacity(written.len());
    for letter in written.chars() {
        let fits = letter.is_ascii_alphanumeric() || "_./".contains(letter);
        match letter {
            _ if fits => name.push(letter),
            // What is between two names, and never at the beginning of a part or twice.
            _ if name.ends_with(['-', '/']) || name.is_empty() => {}
            _ => name.push('-'),
        }
    }
    let parts =
        name.split('/').map(|part| part.trim_end_matches('-')).filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join("/");
    // What distinguishes functions of one module is at the end.
    let from = name.len().saturating_sub(LONGEST);
    let name = name[from..].trim_start_matches(['/', '-']);
    if name.is_empty() { "function".to_owned() } else { name.to_owned() }
}

/// The SLOs: looked at on each tick, so that windows have a beginning. Shown, and nothing follows of it.
struct Slos(Arc<Board>);

impl Source for Slos {
    fn name(&self) -> String {
        "slo".to_owned()
    }

    fn options(&self) -> CheckOptions {
        CheckOptions::new()
            .kind(Kind::Informational)
            .severity(Severity::Info)
            .interval(SAMPLED)
            .fail_after(1)
            .pass_after(2)
            .tags(&["function"])
    }

    fn place(&self) -> Place {
        Place { file: file!(), line: line!() }
    }

    /// Degraded while a budget is spent so fast that somebody has to look now; of several, the fastest.
    fn evaluate(&self, now: Instant) -> Verdict {
        let Some(paging) = self.0.sample(now) else { return Verdict::pass() };
        let Paging { slo, sli, window, factor, rate } = paging;
        let lowered =
            if factor.lowered { ", lowered for what is higher cannot be reached" } else { "" };
        Verdict::degraded("burn_rate").observed(rate, factor.value, "ratio").with_text(format_args!(
            "`{slo}` spends its budget for {sli} {rate:.1} times as fast as it may over {window}, above {}{lowered}",
            factor.value
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_checks_are_paths_of_what_a_path_may_hold() {
        assert_eq!(check_name("agents::planner", "Planner::plan"), "agents/planner/Planner/plan");
        assert_eq!(check_name("agents", "<Planner as Agent>::run"), "agents/Planner-as-Agent/run");
        assert_eq!(check_name("agents", "load#2"), "agents/load-2");
        assert_eq!(check_name("a", "größe"), "a/gr-e", "two letters of it are not ASCII");
        assert_eq!(check_name("", "ß"), "function");
        assert_eq!(check_name("m", "From<io::Error>"), "m/From-io/Error");
        let long = check_name(&"module::".repeat(40), "function");
        assert!(long.len() <= LONGEST && long.ends_with("/module/function"), "{long}");
    }
}
