//! What the user wrote between the parentheses of `#[health_check(..)]`.

use crate::check;
use crate::errors::Errors;
use crate::krate::Krate;
use crate::option::Slot;
use proc_macro2::TokenStream;

#[derive(Default)]
pub(super) struct Options {
    pub(super) check: check::Options,
    pub(super) krate: Slot<Krate>,
}

impl Options {
    pub(super) fn parse(arguments: TokenStream, errors: &mut Errors) -> Self {
        let Self { mut check, mut krate } = Self::default();
        check::parse(arguments, &mut check, errors, |option, errors| {
            if option.key != "crate" {
                errors.at(
                    option.key.span(),
                    format_args!(
                        "unknown option `{}`; expected one of {}, `crate`",
                        option.key,
                        check::KNOWN
                    ),
                );
                return;
            }
            if let Some((key, value)) = option.assigned(errors, "crate = ::renamed")
                && let Some(path) = Krate::from_value(value, errors)
            {
                krate.set(errors, &key, path);
            }
        });
        Self { check, krate }
    }
}
