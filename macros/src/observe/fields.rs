//! `fields(..)`: what of a call its span shows, in the syntax of `tracing`'s macros: `x`, `%x`, `?x`,
//! `a.b = expression`, `"a b" = %expression`. Spans kept, nothing decided; touches `errors`.

use crate::errors::Errors;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, LitStr, Token};

/// One field.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Expr,
    pub(super) form: Form,
}

/// How a field's value is written down.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// As a value that `tracing` knows.
    Value,
    /// `%`: by `Display`.
    Display,
    /// `?`: by `Debug`.
    Debug,
}

/// Fields that a span has without being asked.
const TAKEN: &[&str] =
    &["observe.outcome", "error.type", "code.function.name", "code.file.path", "code.line.number"];

/// As many as one span may have by default (OpenTelemetry SDK, "Span Limits").
const MOST: usize = 128;

/// Reads what stands between the parentheses.
pub(super) fn fields(key: &Ident, list: TokenStream, errors: &mut Errors) -> Vec<Field> {
    if list.is_empty() {
        errors.at(key.span(), "`fields` is empty; write `fields(name = value)` or leave it out");
    }
    let mut fields: Vec<Field> = Vec::new();
    let walk = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match field(input) {
                Ok((field, place)) => add(&mut fields, field, place, errors),
                Err(error) => {
                    errors.add(error);
                    while !input.is_empty() && !input.peek(Token![,]) {
                        input.parse::<TokenTree>()?;
                    }
                }
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    if let Err(error) = walk.parse2(list) {
        errors.add(error);
    }
    fields
}

fn add(fields: &mut Vec<Field>, field: Field, place: Span, errors: &mut Errors) {
    let name = &field.name;
    if fields.iter().any(|other| other.name == *name) {
        errors.at(place, format_args!("field `{name}` is given twice; keep one of them"));
    } else if TAKEN.contains(&name.as_str()) {
        errors.at(place, format_args!("field `{name}` is one every span has already; rename it"));
    } else if fields.len() == MOST {
        errors.at(place, format_args!("`fields` has more than {MOST} fields; keep fewer"));
    } else {
        fields.push(field);
    }
}

/// One field, and where its name stands.
fn field(input: ParseStream<'_>) -> syn::Result<(Field, Span)> {
    let written = form(input)?;
    let place = input.span();
    let (name, own) = name(input)?;
    let field = if input.peek(Token![=]) {
        if let Some((_, sigil)) = written {
            let message =
                "the sigil belongs to the value; write `name = %value` or `name = ?value`";
            return Err(syn::Error::new(sigil, message));
        }
        input.parse::<Token![=]>()?;
        let form = form(input)?.map_or(Form::Value, |(form, _)| form);
        Field { name, value: input.parse()?, form }
    } else {
        let Some(value) = own else {
            let message = format!("field `{name}` needs a value; write `\"{name}\" = value`");
            return Err(syn::Error::new(place, message));
        };
        Field { name, value, form: written.map_or(Form::Value, |(form, _)| form) }
    };
    if input.is_empty() || input.peek(Token![,]) {
        Ok((field, place))
    } else {
        Err(input.error("expected `,` between fields"))
    }
}

fn form(input: ParseStream<'_>) -> syn::Result<Option<(Form, Span)>> {
    Ok(if input.peek(Token![%]) {
        Some((Form::Display, input.parse::<Token![%]>()?.spans[0]))
    } else if input.peek(Token![?]) {
        Some((Form::Debug, input.parse::<Token![?]>()?.spans[0]))
    } else {
        None
    })
}

/// The name of a field, and what it means as an expression where no value follows.
fn name(input: ParseStream<'_>) -> syn::Result<(String, Option<Expr>)> {
    if input.peek(LitStr) {
        return Ok((input.parse::<LitStr>()?.value(), None));
    }
    let mut tokens = TokenStream::new();
    let mut name = String::new();
    loop {
        let part = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(
                error.span(),
                "expected a field: `name`, `%name`, `?name`, or `name = value`",
            )
        })?;
        name.push_str(&part.unraw().to_string());
        tokens.extend([TokenTree::from(part)]);
        if !input.peek(Token![.]) {
            break;
        }
        let dot: Token![.] = input.parse()?;
        name.push('.');
        quote::ToTokens::to_tokens(&dot, &mut tokens);
    }
    Ok((name, syn::parse2(tokens).ok()))
}
