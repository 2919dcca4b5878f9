//! From the model to tokens: the static, a struct of its labels, and what registers it.

use super::labels::{Checked, Values};
use super::model::{Bounds, Declaration, Kind, Model};
use crate::krate::Krate;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

pub(super) fn expand(model: &Model) -> TokenStream {
    model.metrics.iter().map(|metric| one(metric, &model.krate)).collect()
}

fn one(metric: &Declaration, krate: &Krate) -> TokenStream {
    let Declaration { attributes, conditions, visibility, ident, kind, labels, value, .. } = metric;
    let door = krate.door();
    let span = Span::mixed_site();
    let at = span.located_at(ident.span());
    let place = quote_spanned!(at=> (#door::file!(), #door::line!()));
    let description = description(metric, &door);
    let (handle, family) = match kind {
        Kind::Counter => ("Counter", "Counters"),
        Kind::Gauge => ("Gauge", "Gauges"),
        Kind::Histogram => ("Histogram", "Histograms"),
        Kind::Info => ("Info", "Infos"),
    };
    let (handle, family) = (Ident::new(handle, span), Ident::new(family, span));
    let set = labels_of(metric);
    let (declared, made) = match (value, &set) {
        (Some(value), _) => {
            let called = quote_spanned!(value.span()=> #door::compute(#value));
            (
                quote_spanned!(span=> #door::Computed),
                quote_spanned!(span=> #door::Computed::new(#description, || #called)),
            )
        }
        (None, set) => {
            let labels = match set {
                Some(Set { ident, lifetime: true, .. }) => quote_spanned!(span=> #ident<'static>),
                Some(Set { ident, .. }) => quote_spanned!(span=> #ident),
                None => quote_spanned!(span=> ()),
            };
            (
                quote_spanned!(span=> #door::Declared<#door::kinds::#handle, #labels>),
                quote_spanned! {span=> {
                    static __SERIES: #door::#family = #door::#family::linked(#description);
                    #door::Declared::new(&__SERIES)
                }},
            )
        }
    };
    let structure = set.map(|set| structure(metric, &set, labels, &door));
    quote_spanned! {span=>
        #(#attributes)*
        #visibility static #ident: #declared = #made;
        #structure
        #(#conditions)*
        const _: () = {
            #door::submit_metric! { #door::LinkedMetric::new(&#ident, #place) }
        };
    }
}

fn description(metric: &Declaration, door: &TokenStream) -> TokenStream {
    let Declaration { name, help, unit, labels, bounds, .. } = metric;
    let span = Span::mixed_site();
    let unit = if let Some(unit) = unit {
        quote_spanned!(span=> ::core::option::Option::Some(#unit))
    } else {
        quote_spanned!(span=> ::core::option::Option::None)
    };
    let labels = labels.iter().map(|label| &label.name);
    let bounds = match bounds {
        Bounds::None => quote_spanned!(span=> &[]),
        Bounds::Named(name) => {
            let name = Ident::new(name, span);
            quote_spanned!(span=> #door::ladders::#name)
        }
        Bounds::Written(bounds) => quote_spanned!(span=> &[#(#bounds),*]),
    };
    quote_spanned! {span=>
        &#door::Description {
            name: #name,
            help: #help,
            unit: #unit,
            labels: &[#(#labels),*],
            bounds: #bounds,
        }
    }
}

/// The struct of a metric's labels.
struct Set {
    ident: Ident,
    /// It holds texts as they come.
    lifetime: bool,
}

fn labels_of(metric: &Declaration) -> Option<Set> {
    let Declaration { ident, labels, .. } = metric;
    let lifetime = labels.iter().any(|label| matches!(label.values, Values::Capped));
    (!labels.is_empty()).then(|| Set { ident: camel(ident), lifetime })
}

/// `FILES_SEEN` as `FilesSeenLabels`.
fn camel(ident: &Ident) -> Ident {
    let text = crate::returns::plain(&ident.to_string());
    let words = text.split('_').map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + &rest.to_lowercase()
    });
    format_ident!("{}Labels", words.collect::<String>(), span = ident.span())
}

fn structure(
    metric: &Declaration,
    set: &Set,
    labels: &[Checked],
    door: &TokenStream,
) -> TokenStream {
    let Declaration { conditions, visibility, ident, .. } = metric;
    let Set { ident: name, lifetime } = set;
    let span = Span::mixed_site();
    let (generics, fixed, any) = if *lifetime {
        (quote_spanned!(span=> <'l>), quote_spanned!(span=> <'static>), quote_spanned!(span=> <'_>))
    } else {
        (TokenStream::new(), TokenStream::new(), TokenStream::new())
    };
    let doc = format!("The labels of [`{ident}`].");
    let fields: Vec<_> =
        labels.iter().filter_map(|label| field(label).map(|ty| (label, ty))).collect();
    let written = fields.iter().map(|(label, ty)| {
        let (name, doc) = (&label.ident, format!("The label `{}`.", label.name));
        quote_spanned!(span=> #[doc = #doc] #visibility #name: #ty)
    });
    let values = labels.iter().map(|label| match &label.values {
        Values::Bounded(ty) => {
            let at = span.located_at(ty.span());
            quote_spanned!(at=> <#ty as #door::Label>::VALUES)
        }
        Values::Capped => quote_spanned!(span=> &[]),
        Values::Constant(text) => quote_spanned!(span=> &[#text]),
    });
    let index = |ident: &Ident, ty: &Type| {
        let at = span.located_at(ty.span());
        quote_spanned!(at=> <#ty as #door::Label>::index(&labels.#ident))
    };
    let places = labels.iter().map(|Checked { ident, values, .. }| match values {
        Values::Bounded(ty) => {
            let (at, index) = (span.located_at(ty.span()), index(ident, ty));
            quote_spanned!(at=> (#index, <#ty as #door::Label>::VALUES.len()))
        }
        Values::Capped | Values::Constant(_) => quote_spanned!(span=> (0, 1)),
    });
    let texts = labels.iter().enumerate().map(|(place, Checked { ident, values, .. })| match values {
        Values::Bounded(ty) => {
            let index = index(ident, ty);
            quote_spanned!(span=> #door::text_of(<Self as #door::LabelSet>::VALUES[#place], #index))
        }
        Values::Capped => quote_spanned!(span=> labels.#ident),
        Values::Constant(_) => {
            quote_spanned!(span=> #door::text_of(<Self as #door::LabelSet>::VALUES[#place], 0))
        }
    });
    let from = match fields.as_slice() {
        [(label, ty)] => {
            let field = &label.ident;
            quote_spanned! {span=>
                #(#conditions)*
                #[automatically_derived]
                impl #generics ::core::convert::From<#ty> for #name #generics {
                    fn from(#field: #ty) -> Self {
                        Self { #field }
                    }
                }
            }
        }
        _ => TokenStream::new(),
    };
    quote_spanned! {span=>
        #(#conditions)*
        #[doc = #doc]
        #[allow(missing_debug_implementations, missing_copy_implementations, non_snake_case, clippy::all, clippy::pedantic)]
        #visibility struct #name #generics { #(#written),* }
        #(#conditions)*
        #[automatically_derived]
        impl #door::LabelSet for #name #fixed {
            type Labels<'l> = #name #generics;
            const VALUES: &'static [&'static [&'static ::core::primitive::str]] = &[#(#values),*];
            #[inline]
            fn place(labels: &#name #any) -> ::core::primitive::usize {
                #door::place(&[#(#places),*])
            }
            fn texts<'s>(labels: &'s #name #any, texts: &mut #door::Texts<'s>) {
                #(texts.push(#texts);)*
            }
        }
        #from
    }
}

/// The type of the field; none for what is always the same.
fn field(label: &Checked) -> Option<TokenStream> {
    let span = Span::mixed_site();
    match &label.values {
        Values::Bounded(ty) => Some(quote_spanned!(span=> #ty)),
        Values::Capped => Some(quote_spanned!(span=> &'l ::core::primitive::str)),
        Values::Constant(_) => None,
    }
}
