//! What every attribute's options share: a slot that knows where its key was written, and the
//! walk over `key`, `key = value` and `key(..)` that survives a bad option. Touches `errors`.

use crate::errors::Errors;
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token, token};

/// An option that may be given once.
#[derive(Clone)]
pub(crate) struct Slot<T>(Option<(Ident, T)>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Slot<T> {
    /// The only place where a duplicate is reported.
    pub(crate) fn set(&mut self, errors: &mut Errors, key: &Ident, value: T) {
        if self.0.is_some() {
            errors.at(key.span(), format_args!("`{key}` is given twice; keep one of them"));
        } else {
            self.0 = Some((key.clone(), value));
        }
    }

    pub(crate) fn key(&self) -> Option<&Ident> {
        self.0.as_ref().map(|(key, _)| key)
    }

    pub(crate) fn value(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    /// The same key with another value.
    pub(crate) fn with(&self, value: T) -> Self {
        Self(self.0.as_ref().map(|(key, _)| (key.clone(), value)))
    }

    /// This slot where it is set, else the outer one.
    pub(crate) fn or(self, outer: Self) -> Self {
        if self.0.is_some() { self } else { outer }
    }
}

/// One option as written.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// What follows an option's key.
#[derive(Clone)]
pub(crate) enum Value {
    Nothing,
    Assigned(Expr),
    List(TokenStream),
}

impl Written {
    /// The value of `key = value`, or an error that shows the way to write it.
    pub(crate) fn assigned(self, errors: &mut Errors, example: &str) -> Option<(Ident, Expr)> {
        let Self { key, value } = self;
        if let Value::Assigned(value) = value {
            return Some((key, value));
        }
        errors.at(key.span(), format_args!("`{key}` takes a value; write `{example}`"));
        None
    }
}

/// Reads `a, b = c, d(..)`. What is no option is reported and left out.
pub(crate) fn written(tokens: TokenStream, errors: &mut Errors) -> Vec<Written> {
    let mut options = Vec::new();
    let walk = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match parse_one(input) {
                Ok(option) => options.push(option),
                Err(error) => {
                    errors.add(error);
                    skip_to_comma(input)?;
                }
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    if let Err(error) = Parser::parse2(walk, tokens) {
        errors.add(error);
    }
    options
}

fn parse_one(input: ParseStream<'_>) -> syn::Result<Written> {
    let Ok(key) = input.call(Ident::parse_any) else {
        return Err(input.error("expected an option: `key`, `key = value` or `key(..)`"));
    };
    let key = key.unraw();
    let value = if let Some(equals) = input.parse::<Option<Token![=]>>()? {
        if input.is_empty() || input.peek(Token![,]) {
            let message = format_args!("`{key} =` needs a value after the `=`");
            return Err(syn::Error::new(equals.span, message));
        }
        Value::Assigned(expression(&key, input)?)
    } else if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        Value::List(content.parse()?)
    } else {
        Value::Nothing
    };
    if input.is_empty() || input.peek(Token![,]) {
        Ok(Written { key, value })
    } else {
        Err(input.error("expected `,` between options"))
    }
}

/// An error at the end of the value would have no place of its own: all of it is underlined.
fn expression(key: &Ident, input: ParseStream<'_>) -> syn::Result<Expr> {
    let ahead = input.fork();
    input.parse().map_err(|error| {
        let mut value = TokenStream::new();
        while let (false, Ok(tree)) = (ahead.peek(Token![,]), ahead.parse::<TokenTree>()) {
            value.extend([tree]);
        }
        let message = format_args!("`{key}` takes an expression, and this is none: {error}");
        syn::Error::new_spanned(value, message)
    })
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
