//! The options of a health check, which `#[health_check]` and `#[derive(HealthCheck)]` share: each checked by itself,
//! then against the others, then as tokens. Touches `errors`, `literal` and `option`.

use crate::errors::Errors;
use crate::literal;
use crate::option::{Slot, Value, Written, written};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use std::time::Duration;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

/// What both know, in the order in which messages list it.
pub(crate) const KNOWN: &str = "`readiness`, `liveness`, `startup`, `informational`, `critical`, `degraded`, `info`, \
                                `timeout`, `interval`, `initial_delay`, `fail_after`, `pass_after`, `tags`, `name`, \
                                `runtime`";

/// The bound on a name and on a tag, in characters.
const LONGEST_NAME: usize = 128;

const MOST_TAGS: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Liveness,
    Readiness,
    Startup,
    Informational,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    Critical,
    Degraded,
    Info,
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Slot<String>,
    pub(crate) kind: Slot<Kind>,
    pub(crate) severity: Slot<Severity>,
    pub(crate) timeout: Slot<Duration>,
    pub(crate) interval: Slot<Duration>,
    pub(crate) initial_delay: Slot<Duration>,
    pub(crate) fail_after: Slot<u32>,
    pub(crate) pass_after: Slot<u32>,
    pub(crate) tags: Slot<Vec<String>>,
    pub(crate) own_runtime: Slot<()>,
}

impl Options {
    /// Takes `option` if it is one of ours, and gives it back if not.
    pub(crate) fn take(&mut self, option: Written, errors: &mut Errors) -> Option<Written> {
        match option.key.to_string().as_str() {
            "liveness" => self.kind(&option, Kind::Liveness, errors),
            "readiness" => self.kind(&option, Kind::Readiness, errors),
            "startup" => self.kind(&option, Kind::Startup, errors),
            "informational" => self.kind(&option, Kind::Informational, errors),
            "critical" => self.severity(&option, Severity::Critical, errors),
            "degraded" => self.severity(&option, Severity::Degraded, errors),
            "info" => self.severity(&option, Severity::Info, errors),
            "timeout" => duration(&mut self.timeout, option, ["1ms", "1h"], "500ms", errors),
            "interval" => duration(&mut self.interval, option, ["1ms", "1h"], "10s", errors),
            "initial_delay" => {
                duration(&mut self.initial_delay, option, ["0s", "1h"], "30s", errors);
            }
            "fail_after" => count(&mut self.fail_after, option, errors),
            "pass_after" => count(&mut self.pass_after, option, errors),
            "tags" => self.tags(option, errors),
            "name" => {
                if let Some((key, value)) = option.assigned(errors, "name = \"..\"")
                    && let Some(name) = name(&value, errors)
                {
                    self.name.set(errors, &key, name);
                }
            }
            "runtime" => {
                let (key, value) = option.assigned(errors, "runtime = \"own\"")?;
                match literal::text(&value) {
                    Some((text, _)) if text == "own" => self.own_runtime.set(errors, &key, ()),
                    _ => errors.over(
                        value,
                        "`runtime` takes `\"own\"`; leave it out for the runtime of the program",
                    ),
                }
            }
            _ => return Some(option),
        }
        None
    }

    /// Whether anything was asked for.
    pub(crate) fn first_key(&self) -> Option<&Ident> {
        let keys = [
            self.name.key(),
            self.kind.key(),
            self.severity.key(),
            self.timeout.key(),
            self.interval.key(),
            self.initial_delay.key(),
            self.fail_after.key(),
            self.pass_after.key(),
            self.tags.key(),
            self.own_runtime.key(),
        ];
        keys.into_iter().flatten().next()
    }

    /// The rules between options.
    pub(crate) fn examine(&self, errors: &mut Errors) {
        let kind = self.kind.value();
        if kind == Some(&Kind::Informational)
            && self.severity.value() == Some(&Severity::Critical)
            && let Some(key) = self.severity.key()
        {
            errors.at(
                key.span(),
                "no probe asks an `informational` check, so it cannot be `critical`; say `readiness`, or leave \
                 `critical` out",
            );
        }
    }

    fn kind(&mut self, option: &Written, kind: Kind, errors: &mut Errors) {
        flag(option, errors);
        match self.kind.key().cloned() {
            Some(other) if other != option.key => errors.at(
                option.key.span(),
                format_args!(
                    "`{}` and `{other}` are two kinds; keep one of them, or write a second check",
                    option.key
                ),
            ),
            _ => self.kind.set(errors, &option.key, kind),
        }
    }

    fn severity(&mut self, option: &Written, severity: Severity, errors: &mut Errors) {
        flag(option, errors);
        match self.severity.key().cloned() {
            Some(other) if other != option.key => errors.at(
                option.key.span(),
                format_args!("`{}` and `{other}` are two severities; keep one of them", option.key),
            ),
            _ => self.severity.set(errors, &option.key, severity),
        }
    }

    fn tags(&mut self, option: Written, errors: &mut Errors) {
        let key = option.key;
        let Value::List(list) = option.value else {
            errors.at(key.span(), "`tags` takes a list; write `tags(\"storage\", \"eu\")`");
            return;
        };
        let values = match Punctuated::<Expr, Token![,]>::parse_terminated.parse2(list) {
            Ok(values) => values,
            Err(error) => {
                errors.add(error);
                return;
            }
        };
        if values.is_empty() {
            errors.at(key.span(), "`tags` is empty; write `tags(\"storage\")` or leave it out");
        }
        let mut tags: Vec<String> = Vec::new();
        for value in &values {
            match literal::text(value) {
                Some((tag, span)) if !is_word(&tag) => errors.at(
                    span,
                    format_args!(
                        "a tag is made of letters, digits, `_`, `-` and `.`, at most {LONGEST_NAME} of them"
                    ),
                ),
                Some((tag, span)) if tags.contains(&tag) => {
                    errors.at(span, format_args!("the tag `{tag}` is given twice; keep one of them"));
                }
                Some((tag, _)) => tags.push(tag),
                None => errors.over(value, "a tag is a string literal; write `tags(\"storage\")`"),
            }
        }
        if tags.len() > MOST_TAGS {
            errors.at(
                key.span(),
                format_args!("more than {MOST_TAGS} tags; keep the ones you ask for"),
            );
        }
        self.tags.set(errors, &key, tags);
    }

    /// As an expression of the runtime's `CheckOptions`, the name left out.
    pub(crate) fn tokens(&self, door: &TokenStream) -> TokenStream {
        let span = Span::mixed_site();
        let mut tokens = quote_spanned!(span=> #door::CheckOptions::new());
        if let Some(kind) = self.kind.value() {
            let kind = match kind {
                Kind::Liveness => quote_spanned!(span=> Liveness),
                Kind::Readiness => quote_spanned!(span=> Readiness),
                Kind::Startup => quote_spanned!(span=> Startup),
                Kind::Informational => quote_spanned!(span=> Informational),
            };
            tokens.extend(quote_spanned!(span=> .kind(#door::CheckKind::#kind)));
        }
        if let Some(severity) = self.severity.value() {
            let severity = match severity {
                Severity::Critical => quote_spanned!(span=> Critical),
                Severity::Degraded => quote_spanned!(span=> Degraded),
                Severity::Info => quote_spanned!(span=> Info),
            };
            tokens.extend(quote_spanned!(span=> .severity(#door::Severity::#severity)));
        }
        for (name, slot) in [
            ("timeout", &self.timeout),
            ("interval", &self.interval),
            ("initial_delay", &self.initial_delay),
        ] {
            if let Some(duration) = slot.value() {
                let name = Ident::new(name, span);
                let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
                tokens.extend(
                    quote_spanned!(span=> .#name(::core::time::Duration::from_micros(#micros))),
                );
            }
        }
        for (name, slot) in [("fail_after", &self.fail_after), ("pass_after", &self.pass_after)] {
            if let Some(results) = slot.value() {
                let name = Ident::new(name, span);
                tokens.extend(quote_spanned!(span=> .#name(#results)));
            }
        }
        if let Some(tags) = self.tags.value() {
            tokens.extend(quote_spanned!(span=> .tags(&[#(#tags),*])));
        }
        if self.own_runtime.key().is_some() {
            tokens.extend(quote_spanned!(span=> .own_runtime()));
        }
        tokens
    }
}

/// Reads all options; what is none of ours is handed to `other`.
pub(crate) fn parse(
    tokens: TokenStream,
    options: &mut Options,
    errors: &mut Errors,
    mut other: impl FnMut(Written, &mut Errors),
) {
    for option in written(tokens, errors) {
        if let Some(option) = options.take(option, errors) {
            other(option, errors);
        }
    }
}

fn flag(option: &Written, errors: &mut Errors) {
    if !matches!(option.value, Value::Nothing) {
        let key = &option.key;
        errors.at(key.span(), format_args!("`{key}` takes no value; write `{key}` alone"));
    }
}

fn duration(
    slot: &mut Slot<Duration>,
    option: Written,
    range: [&str; 2],
    example: &str,
    errors: &mut Errors,
) {
    let written = format!("{} = \"{example}\"", option.key);
    if let Some((key, value)) = option.assigned(errors, &written)
        && let Some(duration) =
            literal::duration(&key, &value, [range[0], range[1], example], errors)
    {
        slot.set(errors, &key, duration);
    }
}

fn count(slot: &mut Slot<u32>, option: Written, errors: &mut Errors) {
    let example = format!("{} = 3", option.key);
    let Some((key, value)) = option.assigned(errors, &example) else { return };
    match literal::whole(&value).and_then(|count| u32::try_from(count).ok()) {
        Some(0) => errors.over(
            value,
            format_args!("`{key}` is the number of results in a row it takes; it takes 1 at least"),
        ),
        Some(results) => slot.set(errors, &key, results),
        None => errors.over(
            value,
            format_args!("`{key}` takes a whole number of results; write `{example}`"),
        ),
    }
}

fn name(value: &Expr, errors: &mut Errors) -> Option<String> {
    let Some((name, span)) = literal::text(value) else {
        errors.over(value, "`name` takes a string literal; write `name = \"..\"`");
        return None;
    };
    if name.len() > LONGEST_NAME || !name.split('/').all(is_word) {
        errors.at(
            span,
            format_args!(
                "a check's name is made of letters, digits, `_`, `-` and `.`, with `/` between its parts, at most \
                 {LONGEST_NAME} of them"
            ),
        );
        return None;
    }
    Some(name)
}

fn is_word(text: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    !text.is_empty() && text.len() <= LONGEST_NAME && text.chars().all(fits)
}

/// A name that rustc knows as it may stand in a path: without `r#`, and of ASCII letters.
pub(crate) fn own_name(ident: &Ident, errors: &mut Errors) -> String {
    let text = ident.to_string();
    let name = text.strip_prefix("r#").unwrap_or(&text).to_owned();
    if !is_word(&name) {
        errors.at(
            ident.span(),
            format_args!(
                "`{name}` cannot be a check's name, which is a part of a URL; give it one of ASCII letters with \
                 `name = \"..\"`"
            ),
        );
    }
    name
}
