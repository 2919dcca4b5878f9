//! The closure that judges what a function returned, and reads from it. Part of the expansion.

use super::expand::Expansion;
use super::model::{Judge, Observed};
use super::shape::Shape;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

impl Expansion<'_> {
    pub(super) fn judge(&self) -> TokenStream {
        let door = &self.door;
        let span = Span::mixed_site();
        let Observed { judge, control_flow, .. } = self.observed;
        let probe = self.probe();
        let verdict = self.verdict(&probe);
        let reads = self.reads(&probe);
        if reads.is_empty() && control_flow.is_none() {
            return match judge {
                // In braces: clippy takes what gets a path for a function of side effects, and would not ask for
                // `#[must_use]`.
                Judge::Ok => quote_spanned!(span=> { #door::Verdict::ok }),
                Judge::Outcome { error_type: None } => quote_spanned!(span=> |__returned| #verdict),
                _ => quote_spanned!(span=> move |__returned| #verdict),
            };
        }
        let verdict = match control_flow {
            None => verdict,
            Some(test) => {
                let is_none = with("is_control_flow", &quote!(#test), test.span());
                quote_spanned! {span=>
                    if #probe #is_none { #door::Verdict::OK } else { #verdict }
                }
            }
        };
        quote_spanned!(span=> move |__returned| { #reads #verdict })
    }

    /// What looks at the value that is returned.
    fn probe(&self) -> TokenStream {
        let (door, ty) = (&self.door, self.judged_type());
        quote_spanned!(Span::mixed_site()=> #door::Probe #ty(__returned))
    }

    /// What becomes of that value.
    fn verdict(&self, probe: &TokenStream) -> TokenStream {
        let door = &self.door;
        let span = Span::mixed_site();
        let ty = self.judged_type();
        match &self.observed.judge {
            Judge::Ok => quote_spanned!(span=> #door::Verdict::OK),
            Judge::Outcome { error_type: None } => quote_spanned!(span=> #probe.verdict()),
            Judge::Outcome { error_type: Some(error_type) } => {
                let verdict = with("verdict_with", &quote!(#error_type), error_type.span());
                quote_spanned!(span=> #probe #verdict)
            }
            Judge::OkIf { test, error_type } => {
                let refused = error_type.as_ref().map_or_else(
                    || quote_spanned!(span=> .refused()),
                    |error_type| with("refused_with", &quote!(#error_type), error_type.span()),
                );
                quote_spanned! {span=>
                    if #door::predicate #ty(#test, __returned) {
                        #door::Verdict::OK
                    } else {
                        #probe #refused
                    }
                }
            }
            Judge::ErrorIf { test, error_type } => {
                let refused = quote_spanned!(span=> #door::predicate #ty(#test, __returned));
                let verdict = error_type.as_ref().map_or_else(
                    || quote_spanned!(span=> .verdict_unless(#refused)),
                    |error_type| {
                        let arguments = quote!(#refused, #error_type);
                        with("verdict_unless_with", &arguments, error_type.span())
                    },
                );
                quote_spanned!(span=> #probe #verdict)
            }
        }
    }

    /// `::<T>` where the type of the judged value would be found too late: rustc looks at a
    /// future's output only after it has chosen the method of `Probe`.
    fn judged_type(&self) -> Option<TokenStream> {
        match &self.observed.shape {
            Shape::Deferred(deferred) => {
                let ty = self.yielded(deferred)?;
                Some(quote_spanned!(Span::mixed_site()=> ::<#ty>))
            }
            _ => None,
        }
    }
}

/// A method call at the place of its last argument, where rustc then finds fault with it.
fn with(method: &str, arguments: &TokenStream, place: Span) -> TokenStream {
    let span = Span::mixed_site().located_at(place);
    let method = Ident::new(method, span);
    quote_spanned!(span=> .#method(#arguments))
}
