//! Where a call is counted and what its span shows: the part of an expansion that evaluates labels, fields and what
//! a kind's options say. Model in, tokens out.

use super::body::located;
use super::expand::Expansion;
use super::fields::{Field, Form};
use super::kind::Nature;
use super::model::Observed;
use super::parse::{Label, Level, ungrouped};
use proc_macro2::{Delimiter, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Lit};

impl Expansion<'_> {
    /// `let __site = ..`, evaluated before the body has taken the arguments.
    pub(super) fn labels(&self) -> Option<TokenStream> {
        let Self { observed, door, .. } = self;
        let span = Span::mixed_site();
        let labels = (!observed.labels.is_empty()).then(|| {
            let values = observed.labels.iter().map(|label| self.label(label));
            quote_spanned! {span=>
                let __site = #door::labelled(&__OBSERVANT_CALLSITE, || [#(#values),*]);
            }
        });
        let bare = quote_spanned!(span=> &__OBSERVANT_CALLSITE);
        let named = quote_spanned!(span=> __site);
        let fields = (!observed.fields.is_empty()).then(|| {
            let values = observed.fields.iter().map(|field| self.field(field));
            let site = if labels.is_some() { &named } else { &bare };
            quote_spanned! {span=>
                let __site = #door::fielded(&__OBSERVANT_CALLSITE, #site, |__read| {
                    __read(&[#(#values),*]);
                });
            }
        });
        let site = if labels.is_some() || fields.is_some() { &named } else { &bare };
        let kinded = self.kinded(site).map(|kinded| quote_spanned!(span=> let __site = #kinded;));
        if labels.is_none() && fields.is_none() && kinded.is_none() {
            return None;
        }
        Some(quote!(#labels #fields #kinded))
    }

    /// The value of a field, as `tracing` takes it.
    fn field(&self, field: &Field) -> TokenStream {
        let door = &self.door;
        // The user's span on the call makes rustc show the value that is none.
        let place = field.value.span();
        let span = Span::mixed_site().located_at(place);
        let value = located(Delimiter::Parenthesis, field.value.to_token_stream(), place);
        match field.form {
            Form::Value => quote_spanned!(span=> #door::value(&#value)),
            Form::Display => quote_spanned!(span=> &#door::display(&#value)),
            Form::Debug => quote_spanned!(span=> &#door::debug(&#value)),
        }
    }

    /// What is said of the function's spans, if anything.
    pub(super) fn spans(&self) -> Option<TokenStream> {
        let Self { observed, door, .. } = self;
        if observed.fields.is_empty() && observed.level == Level::Info {
            return None;
        }
        let names = observed.fields.iter().map(|field| &field.name);
        let level = match observed.level {
            Level::Trace => quote!(Trace),
            Level::Debug => quote!(Debug),
            Level::Info => quote!(Info),
            Level::Warn => quote!(Warn),
            Level::Error => quote!(Error),
        };
        Some(quote_spanned! {Span::mixed_site()=>
            #door::Spans { fields: &[#(#names),*], level: #door::SpanLevel::#level }
        })
    }

    fn label(&self, label: &Label) -> TokenStream {
        let door = &self.door;
        let value = ungrouped(&label.value);
        match value {
            Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)) => {
                quote_spanned!(Span::mixed_site()=> #door::literal(#value))
            }
            _ => {
                // The user's span on the call makes rustc show the value that is no label.
                let span = Span::mixed_site().located_at(value.span());
                let value = located(Delimiter::Parenthesis, value.to_token_stream(), value.span());
                quote_spanned!(span=> #door::label(&#value))
            }
        }
    }

    pub(super) fn site(&self) -> TokenStream {
        let Observed { labels, fields, nature, .. } = self.observed;
        let told = nature.as_ref().is_some_and(Nature::is_evaluated);
        if labels.is_empty() && fields.is_empty() && !told {
            quote_spanned!(Span::mixed_site()=> &__OBSERVANT_CALLSITE)
        } else {
            quote_spanned!(Span::mixed_site()=> __site)
        }
    }
}
