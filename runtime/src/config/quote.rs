//! What somebody typed, as messages repeat it.

/// Characters of a refused value that a message repeats.
const QUOTE_MAX: usize = 80;

/// What somebody typed, fit for a log line: escaped, shortened, between backticks.
pub(crate) fn quoted(text: &str) -> String {
    let mut characters = text.chars();
    let shown: String = characters.by_ref().take(QUOTE_MAX).flat_map(char::escape_debug).collect();
    let more = if characters.next().is_some() { "…" } else { "" };
    format!("`{shown}{more}`")
}
