//! What kind a function is of, and what is said of it: the rules across the options of kinds, between a function and
//! the block around it. Touches `errors`.

use super::asked::Asked;
use super::listed;
use super::table::{Kind, Reads, Rule};
use super::value::{Content, Part, Target, part};
use crate::errors::Errors;
use crate::option::{Value, Written, written};
use proc_macro2::Ident;
use syn::Expr;

/// The kind of one function, everything decided.
#[derive(Clone)]
pub(in crate::observe) struct Nature {
    pub(in crate::observe) kind: &'static Kind,
    parts: Vec<Part>,
}

/// Where an annotation stands.
#[derive(Clone, Copy)]
pub(in crate::observe) enum Place {
    Function,
    /// A block, and what messages call it.
    Block(&'static str),
}

/// An option of a kind, as written.
struct Entry {
    option: Written,
    /// `None` where the kind that was chosen has no such option.
    rule: Option<&'static Rule>,
    /// Whether it stands in the list of its kind.
    listed: bool,
}

impl Asked {
    /// What is asked for here. A kind takes the place of that of the block around it; options alone change what that says.
    pub(in crate::observe) fn decide(
        &self,
        outer: Option<&Nature>,
        place: Place,
        errors: &mut Errors,
    ) -> Option<Nature> {
        let (word, demoted) = self.chosen(errors);
        let own =
            word.and_then(|word| Kind::called(&word.key.to_string()).map(|kind| (word, kind)));
        let Some(kind) = own.map(|(_, kind)| kind).or(outer.map(|outer| outer.kind)) else {
            self.options.iter().for_each(|option| homeless(&option.key, errors));
            return None;
        };
        let mut entries = own.map(|(word, kind)| entries(word, kind, errors)).unwrap_or_default();
        entries.extend(self.options.iter().chain(demoted).map(|option| Entry {
            option: option.clone(),
            rule: kind.rule(&option.key.to_string()),
            listed: false,
        }));
        if let Some((word, kind)) = own {
            missing(word, kind, &entries, errors);
        }
        let parts = parts(kind, entries, place, errors);
        let inherited =
            if own.is_some() { &[] } else { outer.map_or(&[][..], |outer| &outer.parts) };
        let kept = inherited
            .iter()
            .filter(|part| parts.iter().all(|own| own.target != part.target))
            .cloned();
        let parts = kept.chain(parts.iter().cloned()).collect();
        Some(Nature { kind, parts })
    }

    /// The one kind among those written, and what is rather an option of it: `agent` in `plan, agent = "planner"`.
    fn chosen(&self, errors: &mut Errors) -> (Option<&Written>, Vec<&Written>) {
        let (options, kinds): (Vec<_>, Vec<_>) =
            self.kinds.iter().partition(|word| self.is_option(word));
        let mut kinds = kinds.into_iter();
        let first = kinds.next();
        for Written { key, .. } in kinds {
            let Some(Written { key: first, .. }) = first else { break };
            let message = if first == key {
                format!("`{key}` is given twice; keep one of them")
            } else {
                format!(
                    "`{first}` and `{key}` are two kinds, and a function has one; keep one of them"
                )
            };
            errors.at(key.span(), message);
        }
        (first, options)
    }

    /// Whether `word` is an option of another kind that is written beside it.
    fn is_option(&self, word: &Written) -> bool {
        let key = word.key.to_string();
        let mut kinds = self.kinds.iter().filter_map(|other| Kind::called(&other.key.to_string()));
        matches!(word.value, Value::Assigned(_)) && kinds.any(|kind| kind.rule(&key).is_some())
    }
}

/// What stands at the kind itself: `tool = name`, `tool(name = name, ..)`.
fn entries(word: &Written, kind: &'static Kind, errors: &mut Errors) -> Vec<Entry> {
    match &word.value {
        Value::Nothing => Vec::new(),
        Value::Assigned(_) => {
            let rule = kind.rule("name");
            if rule.is_none() {
                errors.at(
                    word.key.span(),
                    format_args!(
                        "`{0}` has no name of its own; write `{0}({1})`",
                        kind.word,
                        kind.options.first().map_or("..", |rule| rule.example)
                    ),
                );
                return Vec::new();
            }
            vec![Entry { option: word.clone(), rule, listed: true }]
        }
        Value::List(list) => written(list.clone(), errors)
            .into_iter()
            .map(|option| Entry { rule: kind.rule(&option.key.to_string()), option, listed: true })
            .collect(),
    }
}

/// The options with their values, each once.
fn parts(kind: &'static Kind, entries: Vec<Entry>, place: Place, errors: &mut Errors) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for Entry { option, rule, listed } in entries {
        let Some(rule) = rule else {
            foreign(&option.key, kind, listed, errors);
            continue;
        };
        let Some(part) = part(rule, option, errors) else { continue };
        if let Some(first) = parts.iter().find(|other| other.target == part.target) {
            twice(&first.key, &part.key, errors);
            continue;
        }
        on_block(&part, place, errors);
        parts.push(part);
    }
    parts
}

fn twice(first: &Ident, second: &Ident, errors: &mut Errors) {
    let message = if first == second {
        format!("`{second}` is given twice; keep one of them")
    } else {
        format!("`{first}` and `{second}` exclude each other; keep one of them")
    };
    errors.at(second.span(), message);
}

/// An option without any kind.
fn homeless(key: &Ident, errors: &mut Errors) {
    let kinds = listed(Kind::having(&key.to_string()).map(|kind| kind.word));
    errors.at(
        key.span(),
        format_args!(
            "`{key}` says more of a kind, and none is given; add one that has it: {kinds}"
        ),
    );
}

/// An option that `kind` does not have.
fn foreign(key: &Ident, kind: &Kind, in_list: bool, errors: &mut Errors) {
    let (word, own) = (kind.word, listed(kind.keys()));
    let others = listed(Kind::having(&key.to_string()).map(|kind| kind.word));
    let message = if others.is_empty() && in_list {
        format!("unknown option `{key}` of `{word}`; expected one of {own}")
    } else {
        format!("`{key}` belongs to {others}, and this is `{word}`; expected one of {own}")
    };
    errors.at(key.span(), message);
}

/// Options that a kind cannot do without. Where something is wrong, nothing is missing too.
fn missing(word: &Written, kind: &Kind, entries: &[Entry], errors: &mut Errors) {
    let word = match &word.value {
        Value::Assigned(_) if kind.rule("name").is_none() => return,
        _ => &word.key,
    };
    for rule in kind.options.iter().filter(|rule| rule.required) {
        if entries.iter().all(|entry| entry.option.key != rule.key) {
            errors.at(
                word.span(),
                format_args!("`{word}` needs `{}`; write `{word}({})`", rule.key, rule.example),
            );
        }
    }
}

/// Arguments and returned values are those of one function.
fn on_block(part: &Part, place: Place, errors: &mut Errors) {
    let (Place::Block(block), Content::Expression(value)) = (place, &part.content) else { return };
    let key = &part.key;
    let message = match part.target {
        Target::Returned(_) => format!(
            "`{key}` cannot read what all of {block} returns; put it on one function inside"
        ),
        Target::Given(_) => format!(
            "`{key}` cannot name arguments of all of {block}; write a literal, or put it on one \
             function inside"
        ),
    };
    errors.over(value, message);
}

impl Nature {
    /// What is the same for all calls: variants of the runtime's `Given`, with texts.
    pub(super) fn constants(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.parts.iter().filter_map(|part| match (&part.content, part.target) {
            (Content::Constant(text), Target::Given(given)) => Some((given, text.as_str())),
            _ => None,
        })
    }

    /// What is evaluated when a call starts.
    pub(super) fn values(&self) -> impl Iterator<Item = (&'static str, &Expr)> {
        self.parts.iter().filter_map(|part| match (&part.content, part.target) {
            (Content::Expression(value), Target::Given(given)) => Some((given, value)),
            _ => None,
        })
    }

    /// Whether anything is evaluated when a call starts.
    pub(in crate::observe) fn is_evaluated(&self) -> bool {
        self.values().next().is_some()
    }

    /// What is read from a value that is returned.
    pub(super) fn reads(&self) -> impl Iterator<Item = (Reads, &Expr)> {
        self.parts.iter().filter_map(|part| match (&part.content, part.target) {
            (Content::Expression(read), Target::Returned(reads)) => Some((reads, read)),
            _ => None,
        })
    }

    /// The keys of the options that ask for that.
    pub(in crate::observe) fn readers(&self) -> impl Iterator<Item = &Ident> {
        let reading = |part: &&Part| matches!(part.target, Target::Returned(_));
        self.parts.iter().filter(reading).map(|part| &part.key)
    }
}
