//! Markdown that shows what it is given: file names and model answers are other people's text, and
//! none of it may become markup.

/// Text with every character that means something to Markdown or HTML made plain.
pub(super) fn text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' => {
                plain.push('\\');
                plain.push(c);
            }
            c => plain.push(c),
        }
    }
    plain
}

/// A code span that holds `code` whatever it holds.
pub(super) fn code(code: &str) -> String {
    let code = one_line(code);
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{code}{space}{fence}")
}

/// A code span for the cell of a table, where `|` would end the cell even inside code.
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// White space of every kind becomes one space; other control characters are left out.
fn one_line(text: &str) -> String {
    let visible: String = text.chars().filter(|c| c.is_whitespace() || !c.is_control()).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
