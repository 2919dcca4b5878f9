//! Which functions record what: levels by prefix of their path, as `OBSERVANT_FILTER` writes them.
//!
//! Plain data and a pure question; `control` turns the answers into switches. Uses nothing else of
//! the crate.

use std::fmt;

use super::quote::quoted;

/// How much a function records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Level {
    /// Nothing: the body runs and that is all.
    Off,
    /// Metrics, and no spans.
    Metrics,
    /// Everything.
    On,
}

impl Level {
    fn parse(text: &str) -> Option<Self> {
        [Self::Off, Self::Metrics, Self::On]
            .into_iter()
            .find(|level| text.eq_ignore_ascii_case(level.name()))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Metrics => "metrics",
            Self::On => "on",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Levels by prefix. The longest prefix that matches a function decides; none means [`Level::On`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Longest prefix first, so that the first match decides; the empty prefix matches everything.
    directives: Vec<(String, Level)>,
}

impl Filter {
    /// What `OBSERVANT_FILTER` and `Builder::filter` take.
    pub(crate) const ALLOWED: &str = "a comma list of `path=level`, or `level` alone for everything \
         else, with level `off`, `metrics` or `on`, such as `my_crate::hot=off,tools=metrics`";

    /// Parses [`ALLOWED`](Self::ALLOWED). A part that is no directive is left out and its reason
    /// returned; of two directives for one prefix the later holds.
    pub(crate) fn parse(text: &str) -> (Self, Vec<String>) {
        let mut filter = Self::default();
        let mut reasons = Vec::new();
        for part in parts(text).into_iter().map(str::trim).filter(|part| !part.is_empty()) {
            match directive(part) {
                Ok((prefix, level)) => filter.set(prefix, level),
                Err(reason) => reasons.push(format!("{} {reason}", quoted(part))),
            }
        }
        (filter, reasons)
    }

    /// Adds a directive, or changes the one for the same prefix.
    pub(crate) fn set(&mut self, prefix: &str, level: Level) {
        match self.directives.iter_mut().find(|(known, _)| known == prefix) {
            Some(known) => known.1 = level,
            None => self.directives.push((prefix.to_owned(), level)),
        }
        // A stable sort: how a filter is shown does not depend on chance.
        self.directives.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    }

    /// Makes `level` hold for all at or below `path`, whatever was said of parts of it before.
    pub(crate) fn settle(&mut self, path: &str, level: Level) {
        let within = |prefix: &str| {
            let rest = prefix.strip_prefix(path);
            rest.is_some_and(|rest| rest.starts_with("::") || rest.starts_with('#'))
        };
        self.directives.retain(|(prefix, _)| !within(prefix));
        self.set(path, level);
    }

    /// The path of a function, or a module's, without the colons of a path that is to be continued.
    pub(crate) fn path(text: &str) -> Result<&str, &'static str> {
        let path =
            text.trim_end_matches(|end: char| end == ':' || end.is_whitespace()).trim_start();
        if path.is_empty() {
            return Err("has no path");
        }
        if path.contains('*') {
            return Err("has a `*`; a path matches everything below it without one");
        }
        Ok(path)
    }

    /// Whether the directives for `path` alone would decide about a function.
    pub(crate) fn covers(path: &str, module: &str, function: &str) -> bool {
        matches(path, module, function)
    }

    /// The paths it names.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.directives.iter().map(|(path, _)| path.as_str()).filter(|path| !path.is_empty())
    }

    /// The level of function `function` in module `module`, both as its callsite names them.
    pub(crate) fn level_for(&self, module: &str, function: &str) -> Level {
        self.directives
            .iter()
            .find(|(prefix, _)| matches(prefix, module, function))
            .map_or(Level::On, |(_, level)| *level)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (prefix, level)) in self.directives.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let equals = if prefix.is_empty() { "" } else { "=" };
            write!(f, "{comma}{prefix}{equals}{level}")?;
        }
        Ok(())
    }
}

/// The parts of a comma list. A comma within brackets belongs to a name: `<Row as Convert<A, B>>::convert=off`.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let ends = rest.match_indices(',').map(|(at, _)| at).chain([rest.len()]);
        let whole = |end: &usize| {
            let part = &rest[..*end];
            !is_open(part) || directive(part.trim()).is_ok()
        };
        // A bracket that nothing closes is an ordinary character.
        let first = rest.find(',').unwrap_or(rest.len());
        let end = ends.into_iter().find(whole).unwrap_or(first);
        parts.push(&rest[..end]);
        match rest.get(end + 1..) {
            Some(next) => rest = next,
            None => return parts,
        }
    }
}

/// Whether more brackets open than close. The arrow of a function's type is none.
fn is_open(part: &str) -> bool {
    let mut before = ' ';
    let mut depth = 0_i32;
    for character in part.chars() {
        match character {
            '<' | '(' | '[' => depth += 1,
            '>' if before == '-' => {}
            '>' | ')' | ']' => depth -= 1,
            _ => {}
        }
        before = character;
    }
    depth > 0
}

/// `path=level`, or `level` alone.
fn directive(part: &str) -> Result<(&str, Level), &'static str> {
    // From the right: a path may hold `=` (`<Vec<T> as Iterator<Item = u8>>::next`), a level not.
    let Some((path, level)) = part.rsplit_once('=') else {
        return Level::parse(part).map(|level| ("", level)).ok_or("has no level");
    };
    let Some(level) = Level::parse(level.trim()) else {
        return Err("has an unknown level");
    };
    Ok((Filter::path(path)?, level))
}

/// Whether `prefix` is the path `module::function`, or ends at a `::` within it.
fn matches(prefix: &str, module: &str, function: &str) -> bool {
    if prefix.is_empty() {
        return true;
    }
    if let Some(rest) = module.strip_prefix(prefix) {
        return rest.is_empty() || rest.starts_with("::");
    }
    let Some(within) = prefix.strip_prefix(module).and_then(|rest| rest.strip_prefix("::")) else {
        return false;
    };
    // `name#2` is the second function called `name` in its module: whoever filters `name` means both.
    function
        .strip_prefix(within)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::") || rest.starts_with('#'))
}
