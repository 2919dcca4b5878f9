//! The part of an expansion for kinds: the constant beside the callsite, what is evaluated when a call starts, and
//! what is read from the value it returns. Model in, tokens out.

use super::nature::Nature;
use super::table::Reads;
use crate::observe::body::located;
use crate::observe::expand::Expansion;
use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

impl Expansion<'_> {
    /// The kind, and what of it is the same for all calls.
    pub(in crate::observe) fn nature(&self) -> Option<TokenStream> {
        let Self { observed, door, .. } = self;
        let nature = observed.nature.as_ref()?;
        let kind = ours(nature.kind.variant);
        let given = nature.constants().map(|(given, text)| {
            let given = ours(given);
            quote!((#door::Given::#given, #text))
        });
        Some(quote_spanned! {Span::mixed_site()=>
            #door::Nature { kind: #door::FunctionKind::#kind, given: &[#(#given),*] }
        })
    }

    /// `site` with what of the kind is evaluated when a call starts, if anything.
    pub(in crate::observe) fn kinded(&self, site: &TokenStream) -> Option<TokenStream> {
        let door = &self.door;
        let values = self.observed.nature.iter().flat_map(Nature::values);
        let told: Vec<TokenStream> = values
            .map(|(given, value)| {
                // The user's span on the call makes rustc show the value that cannot be displayed.
                let place = value.span();
                let span = Span::mixed_site().located_at(place);
                let value = located(Delimiter::Parenthesis, value.to_token_stream(), place);
                let given = ours(given);
                quote_spanned!(span=> __tell(#door::Given::#given, &#value);)
            })
            .collect();
        (!told.is_empty()).then(|| {
            quote_spanned! {Span::mixed_site()=>
                #door::kinded(&__OBSERVANT_CALLSITE, #site, |__tell| { #(#told)* })
            }
        })
    }

    /// Statements that read from the value a call returned; `probe` looks at that.
    pub(in crate::observe) fn reads(&self, probe: &TokenStream) -> TokenStream {
        let reads = self.observed.nature.iter().flat_map(Nature::reads);
        reads
            .map(|(reads, read)| {
                // Where it stands is where rustc finds fault with what it answers.
                let span = Span::mixed_site().located_at(read.span());
                let door = self.observed.krate.door_at(span);
                let told = match reads {
                    Reads::Usage => quote_spanned!(span=> #door::told_usage),
                    Reads::Model => quote_spanned!(span=> #door::told_model),
                };
                quote_spanned!(span=> #probe.when_ok(|__value| #told(#read, __value));)
            })
            .collect()
    }
}

fn ours(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
