//! Every function that asks to be judged, and the SLOs, as checks that `health` runs.

use super::function::Judged;
use crate::{
    health::{
        CheckOptions, Checks, Kind, OF_SLOS, OURS, Place, Refused, Registration, Severity, Source,
        Verdict,
    },
    registry::{self, Function},
    slo::{Board, Paging},
};
use std::{
    collections::HashSet,
    fmt::Write as _,
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
    /// Why nobody looks after the histories of `board`.
    pub(crate) unsampled: Option<Refused>,
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
    let mut names = taken();
    for function in listing.functions.iter().filter(asks) {
        if judged.len() == MOST {
            refused += 1;
            continue;
        }
        let name = check_name(function.module(), &function.name);
        let Some(name) = free(&name, &mut names) else { continue };
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
    let mut unsampled = None;
    if !board.is_empty() {
        match checks.contribute(Arc::new(Slos(board.clone()))) {
            Ok(registration) => registrations.push(registration),
            Err(refused) => unsampled = Some(refused),
        }
    }
    Derived { judged, refused, unsampled, board, _registrations: registrations }
}

/// Ours: functions of a crate called `watchdog` keep away from them.
fn taken() -> HashSet<String> {
    HashSet::from(OURS.map(str::to_owned))
}

/// The name, or one with a number, that is not among `taken` yet; it is from here on.
fn free(name: &str, taken: &mut HashSet<String>) -> Option<String> {
    let numbered = (2_u32..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| taken.insert(name.clone()))
}

/// A path that a page can be asked for: `agents/planner/Planner/plan` of `agents::planner` and `Planner::plan`.
fn check_name(module: &str, function: &str) -> String {
    let written = format!("{module}::{function}");
    // Where a name is raw is how it had to be written, not what it is.
    let parts = written.split("::").map(|part| part.strip_prefix("r#").unwrap_or(part));
    let mut name = String::with_capacity(written.len());
    for (place, part) in parts.enumerate() {
        if place > 0 {
            name.push('/');
        }
        part.chars().for_each(|letter| spell(letter, &mut name));
    }
    let parts =
        name.split('/').map(|part| part.trim_end_matches('-')).filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join("/");
    // What distinguishes functions of one module is at the end.
    let from = name.len().saturating_sub(LONGEST);
    let name = name[from..].trim_start_matches(['/', '-']);
    if name.is_empty() { "function".to_owned() } else { name.to_owned() }
}

/// Adds a letter, or what stands for it: `-u00f6-` for `ö`, so that names of two functions stay two, and `-` for what is
/// between names.
fn spell(letter: char, name: &mut String) {
    // Never at the beginning of a part, or twice.
    let separate = |name: &mut String| {
        if !(name.is_empty() || name.ends_with(['-', '/'])) {
            name.push('-');
        }
    };
    match letter {
        _ if letter.is_ascii_alphanumeric() || "_./".contains(letter) => name.push(letter),
        _ if letter.is_ascii() => separate(name),
        _ => {
            separate(name);
            // A string takes all that is written to it.
            let _ = write!(name, "u{:04x}-", u32::from(letter));
        }
    }
}

/// The SLOs: looked at on each tick, so that windows have a beginning. Shown, and nothing follows of it.
struct Slos(Arc<Board>);

impl Source for Slos {
    fn name(&self) -> String {
        OF_SLOS.to_owned()
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
        assert_eq!(check_name("a::r#type", "r#match"), "a/type/match");
        assert_eq!(check_name("a", "bar#2"), "a/bar-2");
        assert_eq!(check_name("", "<>"), "function");
        assert_eq!(check_name("m", "From<io::Error>"), "m/From-io/Error");
        let long = check_name(&"module::".repeat(40), "function");
        assert!(long.len() <= LONGEST && long.ends_with("/module/function"), "{long}");
    }

    #[test]
    fn letters_of_all_languages_tell_checks_apart() {
        assert_eq!(check_name("a", "größe"), "a/gr-u00f6-u00df-e");
        assert_eq!(check_name("a::r#type::größe", "変数"), "a/type/gr-u00f6-u00df-e/u5909-u6570");
        assert_eq!(check_name("uni", "ขึ้น"), "uni/u0e02-u0e36-u0e49-u0e19");
        assert_eq!(
            check_name("uni", "हिन्दी"),
            "uni/u0939-u093f-u0928-u094d-u0926-u0940",
            "marks count too"
        );
        assert_eq!(check_name("a", "𝕏::run"), "a/u1d54f/run");
        // Too long a name is cut where a function of one module does not differ from another.
        let long = check_name("a", &"ß".repeat(40));
        assert!(long.len() <= LONGEST && long.ends_with("-u00df-u00df"), "{long}");
    }

    #[test]
    fn a_function_leaves_our_checks_their_names() {
        let mut names = taken();
        let mut next = |module, function| free(&check_name(module, function), &mut names);
        assert_eq!(next("watchdog", "runtime").as_deref(), Some("watchdog/runtime-2"));
        assert_eq!(next("watchdog", "pet").as_deref(), Some("watchdog/pet"));
        assert_eq!(next("watchdog", "pet").as_deref(), Some("watchdog/pet-2"));
    }
}
