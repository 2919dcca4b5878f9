//! What the user wrote between the braces of `metrics!`: spans kept, nothing decided.

use crate::errors::Errors;
use crate::krate::Krate;
use crate::option::{Written, written};
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, LitStr, Token, Type, Visibility, braced};

/// How one is written, for whoever wrote something else.
const EXAMPLE: &str = "pub static FILES: Gauge<{ state: FileState }> = \"app_registered_files\";";

#[derive(Default)]
pub(super) struct Input {
    pub(super) krate: Option<Krate>,
    pub(super) metrics: Vec<Metric>,
}

/// One static.
pub(super) struct Metric {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) ident: Ident,
    pub(super) kind: Ident,
    pub(super) labels: Vec<Label>,
    pub(super) name: LitStr,
    /// What follows the name.
    pub(super) options: TokenStream,
}

/// One label.
pub(super) struct Label {
    pub(super) name: Ident,
    pub(super) value: Value,
}

/// What a label can be.
pub(super) enum Value {
    /// Whatever values a type has.
    Type(Box<Type>),
    /// Always the same.
    Constant(Box<Expr>),
}

impl Input {
    /// Each static that can be read; what cannot is reported and left out.
    pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut read = Self::default();
        let walk = |input: ParseStream<'_>| {
            if input.peek(Token![crate]) && input.peek2(Token![=]) {
                read.krate = krate(input, errors)?;
            }
            while !input.is_empty() {
                match Metric::parse(input, errors) {
                    Ok(metric) => read.metrics.push(metric),
                    Err(error) => {
                        errors.add(error);
                        skip_past_semicolon(input)?;
                    }
                }
            }
            Ok(())
        };
        if let Err(error) = Parser::parse2(walk, tokens) {
            errors.add(error);
        }
        read
    }
}

/// `crate = path;`
fn krate(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Krate>> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    let path = Krate::from_value(input.parse()?, errors);
    input.parse::<Token![;]>()?;
    Ok(path)
}

impl Metric {
    fn parse(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        if !input.peek(Token![static]) {
            return Err(input.error(format_args!("expected a metric, such as `{EXAMPLE}`")));
        }
        input.parse::<Token![static]>()?;
        let ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let kind = input.call(Ident::parse_any)?;
        let labels = if input.peek(Token![<]) { labels(input)? } else { Vec::new() };
        input.parse::<Token![=]>()?;
        let Ok(name) = input.parse::<LitStr>() else {
            let message =
                "the name of a metric is a string literal, such as `\"app_requests_total\"`";
            return Err(input.error(message));
        };
        let mut options = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![;]) {
            options.extend([input.parse::<TokenTree>()?]);
        }
        if input.parse::<Option<Token![;]>>()?.is_none() {
            errors.at(name.span(), "a `;` is missing at the end of this metric");
        }
        Ok(Self { attributes, visibility, ident, kind, labels, name, options })
    }

    /// What follows the name, as `, key = value, ..`.
    pub(super) fn options(&self, errors: &mut Errors) -> Vec<Written> {
        let mut trees = self.options.clone().into_iter();
        match trees.next() {
            None => Vec::new(),
            Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => {
                written(trees.collect(), errors)
            }
            Some(other) => {
                errors
                    .at(other.span(), "options follow the name after a `,`: `, buckets = [1, 10]`");
                Vec::new()
            }
        }
    }
}

/// `<{ name: Type, name = value }>`
fn labels(input: ParseStream<'_>) -> syn::Result<Vec<Label>> {
    input.parse::<Token![<]>()?;
    if !input.peek(syn::token::Brace) {
        return Err(input.error("labels stand between braces: `<{ state: FileState }>`"));
    }
    let content;
    braced!(content in input);
    input.parse::<Token![>]>()?;
    let labels = content.parse_terminated(Label::parse, Token![,])?;
    Ok(labels.into_iter().collect())
}

impl Label {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let value = if input.parse::<Option<Token![=]>>()?.is_some() {
            Value::Constant(input.parse()?)
        } else if input.parse::<Option<Token![:]>>()?.is_some() {
            Value::Type(input.parse()?)
        } else {
            let message = format_args!(
                "label `{name}` needs a type or a constant: `{name}: Type` or `{name} = \"..\"`"
            );
            return Err(syn::Error::new(name.span(), message));
        };
        Ok(Self { name, value })
    }
}

fn skip_past_semicolon(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && input.parse::<Option<Token![;]>>()?.is_none() {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
