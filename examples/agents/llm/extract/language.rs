//! What kind of text a path promises, and what that means for reading it: where the prose is, and
//! which lines name something.

use std::fmt;

use observant::observe;

use super::Line;

/// Words that are followed by the name of what they define, over the languages people write.
const DEFINING: [&str; 13] = [
    "fn",
    "struct",
    "enum",
    "trait",
    "class",
    "def",
    "func",
    "function",
    "interface",
    "type",
    "mod",
    "module",
    "namespace",
];
/// Words that may stand before a defining one.
const MODIFIERS: [&str; 12] = [
    "pub",
    "pub(crate)",
    "async",
    "unsafe",
    "const",
    "export",
    "default",
    "public",
    "private",
    "static",
    "abstract",
    "final",
];

/// The kind of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// Markdown and its like: prose with headings.
    Markup,
    /// Plain prose.
    Prose,
    /// Source code, with the marks its comment lines begin with.
    Source(&'static [&'static str]),
    /// JSON, CSV, lock files: nobody writes sentences there.
    Data,
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Markup => "Formatted text",
            Self::Prose => "Plain text",
            Self::Source(_) => "Source code",
            Self::Data => "Data",
        })
    }
}

impl Language {
    /// By the extension; without one it is prose.
    pub(super) fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mdx" | "adoc" | "org" => Self::Markup,
            "rs" | "c" | "h" | "cc" | "cpp" | "hpp" | "java" | "js" | "jsx" | "mjs" | "ts"
            | "tsx" | "go" | "swift" | "kt" | "cs" | "php" | "scala" | "zig" | "css" => {
                Self::Source(&["///", "//!", "//", "/**", "/*", "*"])
            }
            "py" | "rb" | "sh" | "bash" | "toml" | "yaml" | "yml" | "pl" | "r" | "jl" | "ex"
            | "nix" | "mk" | "cmake" => Self::Source(&["#"]),
            "sql" | "lua" | "hs" | "elm" => Self::Source(&["--"]),
            "lisp" | "el" | "clj" | "scm" => Self::Source(&[";"]),
            "json" | "csv" | "tsv" | "lock" | "xml" | "svg" | "html" | "map" => Self::Data,
            _ => Self::Prose,
        }
    }

    /// The lines that hold sentences, stripped of what marks them; an empty string ends a paragraph.
    #[observe]
    pub(super) fn prose<'a>(self, lines: &[Line<'a>]) -> Vec<&'a str> {
        let mut fenced = false;
        let sentence = |line: &Line<'a>| -> &'a str {
            let text = line.text.trim();
            match self {
                Self::Data => "",
                Self::Prose => text,
                Self::Source(marks) => comment(text, marks).unwrap_or(""),
                Self::Markup => {
                    let fence = text.starts_with("```") || text.starts_with("~~~");
                    fenced ^= fence;
                    let structure = fence || fenced || text.starts_with(['#', '|', '<', '=']);
                    if structure { "" } else { text.trim_start_matches(['-', '*', '>', ' ']) }
                }
            }
        };
        lines.iter().map(sentence).collect()
    }

    /// Headings, or the names that are defined, at most `limit` of them.
    #[observe]
    pub(super) fn outline(self, lines: &[Line<'_>], limit: usize) -> Vec<String> {
        let name = |line: &Line<'_>| match self {
            Self::Markup => heading(line.text),
            Self::Source(_) => definition(line.text),
            Self::Prose | Self::Data => None,
        };
        lines.iter().filter_map(name).take(limit).collect()
    }
}

/// What a comment line says, without its mark.
fn comment<'a>(text: &'a str, marks: &[&str]) -> Option<&'a str> {
    let rest = marks.iter().find_map(|mark| text.strip_prefix(mark))?;
    // `#!/bin/sh`, `#[derive]` and `#include` begin like comments in some language.
    if rest.starts_with(['!', '[']) { None } else { Some(rest.trim_end_matches("*/").trim()) }
}

fn heading(text: &str) -> Option<String> {
    let title = text.trim_start_matches('#');
    let level = text.len() - title.len();
    ((1..=6).contains(&level) && title.starts_with(' ') && !title.trim().is_empty())
        .then(|| title.trim().to_owned())
}

/// `pub async fn load<T>(..)` gives `fn load`.
fn definition(text: &str) -> Option<String> {
    let mut words = text.split_whitespace().skip_while(|word| MODIFIERS.contains(word));
    let keyword = words.next().filter(|word| DEFINING.contains(word))?;
    let name: String =
        words.next()?.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then(|| format!("{keyword} {name}"))
}
