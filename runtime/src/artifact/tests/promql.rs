//! What a query of PromQL names: selectors with their matchers and the function round each, and the labels it groups by.
//! `promtool` says whether it is one; this says what is in it.

/// A selector.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Selector {
    pub(super) name: String,
    /// Label, operator with value.
    pub(super) matchers: Vec<(String, String)>,
    /// The innermost function or aggregation that it stands in; empty for none.
    pub(super) function: String,
    at: usize,
}

/// Labels that a clause names, and the part of the query that has to have them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grouping {
    pub(super) word: String,
    pub(super) labels: Vec<String>,
    from: usize,
    to: usize,
}

/// What is in a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Query {
    pub(super) selectors: Vec<Selector>,
    pub(super) groupings: Vec<Grouping>,
}

impl Query {
    /// The selectors in what `grouping` groups.
    pub(super) fn within(&self, grouping: &Grouping) -> impl Iterator<Item = &Selector> {
        let range = grouping.from..grouping.to;
        self.selectors.iter().filter(move |selector| range.contains(&selector.at))
    }
}

const CLAUSES: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];
const WORDS: [&str; 7] = ["and", "or", "unless", "offset", "bool", "inf", "nan"];

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':'
}

/// The quotation mark that ends the string at `open`.
fn end_of_string(text: &str, open: usize) -> usize {
    let (bytes, mut at) = (text.as_bytes(), open + 1);
    while bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

/// The end of what is bracketed at `open`, strings left out.
fn closing(text: &str, open: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, open);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = end_of_string(text, at),
            b'(' | b'{' | b'[' => depth += 1,
            b')' | b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
        at += 1;
    }
    panic!("`{text}` is not closed");
}

fn skip_space(text: &str, at: usize) -> usize {
    at + text[at..].len() - text[at..].trim_start().len()
}

fn matchers(block: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = block.trim();
    while !rest.is_empty() {
        let end = rest.find(['=', '!']).expect("an operator");
        let open = rest.find('"').expect("a value");
        let close = end_of_string(rest, open);
        found.push((rest[..end].trim().to_owned(), rest[end..=close].to_owned()));
        rest = rest[close + 1..].trim_start_matches([',', ' ']);
    }
    found
}

/// Takes a query apart.
pub(super) fn read(text: &str) -> Query {
    let mut query = Query::default();
    let bytes = text.as_bytes();
    // Names before open brackets: `rate(`, `sum by (..) (`, or nothing.
    let (mut stack, mut before) = (Vec::<String>::new(), String::new());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'(' => stack.push(std::mem::take(&mut before)),
            b')' => {
                stack.pop();
            }
            b'[' => at = closing(text, at),
            b'"' => at = end_of_string(text, at),
            byte if byte.is_ascii_digit() => {
                while at + 1 < bytes.len() && (is_name(bytes[at + 1]) || bytes[at + 1] == b'.') {
                    at += 1;
                }
            }
            byte if is_name(byte) => {
                let start = at;
                while at < bytes.len() && is_name(bytes[at]) {
                    at += 1;
                }
                let word = &text[start..at];
                let next = skip_space(text, at);
                let follows = bytes.get(next).copied().unwrap_or_default();
                if CLAUSES.contains(&word) {
                    let close = closing(text, next);
                    let labels = text[next + 1..close].split(',').map(|it| it.trim().to_owned());
                    let from = skip_space(text, close + 1);
                    let to =
                        if bytes.get(from) == Some(&b'(') { closing(text, from) } else { from };
                    query.groupings.push(Grouping {
                        word: word.to_owned(),
                        labels: labels.filter(|label| !label.is_empty()).collect(),
                        from,
                        to,
                    });
                    at = close + 1;
                    continue;
                }
                if WORDS.contains(&word) {
                    before.clear();
                } else if follows == b'('
                    || text[next..].starts_with("by ")
                    || text[next..].starts_with("without ")
                {
                    word.clone_into(&mut before);
                } else {
                    let matchers = if follows == b'{' {
                        let close = closing(text, next);
                        at = close + 1;
                        matchers(&text[next + 1..close])
                    } else {
                        Vec::new()
                    };
                    let function = stack.last().cloned().unwrap_or_default();
                    query.selectors.push(Selector {
                        name: word.to_owned(),
                        matchers,
                        function,
                        at: start,
                    });
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    query
}

#[test]
fn a_query_is_taken_apart() {
    let query = read(
        "sum by (job, slo) (rate(a_total{x=\"1\",y!~\"b|c\"}[5m] offset 1h))\n  / on (job) group_left (z) (d:e:f > 0.5) and 3 * g",
    );
    let names: Vec<_> = query.selectors.iter().map(|it| (&*it.name, &*it.function)).collect();
    assert_eq!(names, [("a_total", "rate"), ("d:e:f", ""), ("g", "")]);
    let first = &query.selectors[0].matchers;
    assert_eq!(first[0], ("x".to_owned(), "=\"1\"".to_owned()));
    assert_eq!(first[1], ("y".to_owned(), "!~\"b|c\"".to_owned()));
    let words: Vec<_> = query.groupings.iter().map(|it| (&*it.word, it.labels.join(" "))).collect();
    assert_eq!(
        words,
        [("by", "job slo".to_owned()), ("on", "job".to_owned()), ("group_left", "z".to_owned())]
    );
    let grouped: Vec<_> = query.within(&query.groupings[0]).map(|it| &*it.name).collect();
    assert_eq!(grouped, ["a_total"]);
}
