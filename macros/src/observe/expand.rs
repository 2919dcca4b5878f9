//! From the model to tokens; the only `quote!` of `#[observe]` that a user's crate compiles.
//!
//! Input:
//! ```text
//! fn load(id: u64) -> Result<Task, Error> { body }
//! ```
//! Output:
//! ```text
//! fn load(id: u64) -> Result<Task, Error> {
//!     static __OBSERVANT_CALLSITE: Callsite = Callsite::new(Metadata { .. });
//!     submit! { Registration(&[&__OBSERVANT_CALLSITE]) }
//!     observe(&__OBSERVANT_CALLSITE, move || -> Result<Task, Error> { body }, |r| Probe(r).verdict())
//! }
//! ```
//! Every path is absolute and every local hygienic, so that nothing of the user's can be meant.

use super::captures;
use super::early_exit;
use super::fields::{Field, Form};
use super::inner_attributes::split_inner_attributes;
use super::model::{Deferred, Judge, Observed, Shape};
use super::parse::{Buckets, Label, Level, ungrouped};
use super::repeated::{repeated, written};
use super::tail::Tail;
use super::{Item, Plan};
use crate::item::{Container, Function};
use crate::returns::Yield;
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Lit, Signature};

/// Prints the item with everything in `plan` observed.
pub(super) fn expand(item: &Item, plan: &Plan) -> TokenStream {
    match (item, plan) {
        (Item::Function(function), Plan::Observe(observed)) => function_tokens(function, observed),
        (Item::Container(container), Plan::Members(_)) => container_tokens(container, plan),
        _ => item.to_token_stream(),
    }
}

fn container_tokens(container: &Container, plan: &Plan) -> TokenStream {
    let members: TokenStream =
        plan.members(&container.members).map(|(item, plan)| expand(item, plan)).collect();
    let mut tokens = TokenStream::new();
    container.print(&members, &mut tokens);
    tokens
}

fn function_tokens(function: &Function, observed: &Observed) -> TokenStream {
    let Function { attributes, qualifiers, signature, body } = function;
    let Some(body) = body else { return TokenStream::new() };
    let others = &attributes.others;
    let (inner, body) = split_inner_attributes(body);
    let mut signature = signature.clone();
    let contents = Expansion::new(observed, &mut signature, &body).body(&body);
    let mut braces = Group::new(Delimiter::Brace, contents);
    braces.set_span(body.span());
    quote!(#(#others)* #inner #qualifiers #signature #braces)
}

/// A group that stands where the user's stood, yet is not the user's: errors point at the right
/// line, lints keep away.
fn located(delimiter: Delimiter, contents: TokenStream, place: Span) -> Group {
    let mut group = Group::new(delimiter, contents);
    group.set_span(Span::mixed_site().located_at(place));
    group
}

/// The body as a block inside ours. Its braces stay the user's, and with them all lints on blocks;
/// but around a lone expression rustc would call them unused, and offer to remove the function's.
fn nested(body: &Group) -> Group {
    let statement = |tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ';');
    if body.stream().into_iter().any(statement) {
        body.clone()
    } else {
        located(Delimiter::Brace, body.stream(), body.span())
    }
}

/// What the parts of one function's expansion share.
struct Expansion<'a> {
    observed: &'a Observed,
    /// Where the function's name stands.
    name: Span,
    door: TokenStream,
    /// What stands before the body wherever something captures the parameters.
    mention: Option<TokenStream>,
}

impl<'a> Expansion<'a> {
    fn new(observed: &'a Observed, signature: &mut Signature, body: &Group) -> Self {
        let name = signature.ident.span();
        let captures = observed.shape.captures();
        let mention = if captures { captures::mention(signature, &body.stream()) } else { None };
        Self { observed, name, door: observed.krate.door(), mention }
    }

    fn body(&self, body: &Group) -> TokenStream {
        let callsite = self.callsite();
        let labels = self.labels();
        let call = self.call(body);
        quote!(#callsite #labels #call)
    }

    fn callsite(&self) -> TokenStream {
        let Self { observed, door, .. } = self;
        let span = Span::mixed_site().located_at(self.name);
        let (file, line) = (self.place("file"), self.place("line"));
        let spans = self.spans();
        let Observed { name, fallible, labels, .. } = observed;
        let label_names = labels.iter().map(|label| &label.name);
        let cancellable = observed.shape.cancellable();
        let buckets = self.buckets();
        let crate_name = variable("CARGO_PKG_NAME");
        let crate_version = variable("CARGO_PKG_VERSION");
        quote_spanned! {span=>
            static __OBSERVANT_CALLSITE: #door::Callsite = #door::Callsite::new(#door::Metadata {
                module: ::core::module_path!(),
                function: #name,
                file: #file,
                line: #line,
                crate_name: #crate_name,
                crate_version: #crate_version,
                fallible: #fallible,
                cancellable: #cancellable,
                buckets: #buckets,
                labels: &[#(#label_names),*],
            }) #spans;
            #door::submit! { #door::Registration(&[&__OBSERVANT_CALLSITE]) }
        }
    }

    /// `file!()` and `line!()` answer for the outermost expansion they come from: they must seem
    /// to be written where the function's name is, or they name the attribute's line.
    fn place(&self, question: &str) -> TokenStream {
        let question = Ident::new(question, self.name);
        quote_spanned!(self.name=> ::core::#question!())
    }

    fn buckets(&self) -> TokenStream {
        let door = &self.door;
        match &self.observed.buckets {
            Buckets::Micro => quote!(#door::Buckets::Micro),
            Buckets::Default => quote!(#door::Buckets::Default),
            Buckets::Slow => quote!(#door::Buckets::Slow),
            Buckets::Custom(bounds) => {
                let bounds = bounds.iter().copied().map(Literal::f64_unsuffixed);
                quote!(#door::Buckets::Custom(&[#(#bounds),*]))
            }
        }
    }

    /// `let __site = ..`, evaluated before the body has taken the arguments.
    fn labels(&self) -> Option<TokenStream> {
        let Self { observed, door, .. } = self;
        let span = Span::mixed_site();
        let labels = (!observed.labels.is_empty()).then(|| {
            let values = observed.labels.iter().map(|label| self.label(label));
            quote_spanned! {span=>
                let __site = #door::labelled(&__OBSERVANT_CALLSITE, || [#(#values),*]);
            }
        });
        let fields = (!observed.fields.is_empty()).then(|| {
            let values = observed.fields.iter().map(|field| self.field(field));
            let site = match labels {
                Some(_) => quote_spanned!(span=> __site),
                None => quote_spanned!(span=> &__OBSERVANT_CALLSITE),
            };
            quote_spanned! {span=>
                let __site = #door::fielded(&__OBSERVANT_CALLSITE, #site, |__read| {
                    __read(&[#(#values),*]);
                });
            }
        });
        if labels.is_none() && fields.is_none() {
            return None;
        }
        Some(quote!(#labels #fields))
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
    fn spans(&self) -> Option<TokenStream> {
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
            .spanned(&#door::Spans { fields: &[#(#names),*], level: #door::SpanLevel::#level })
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

    fn site(&self) -> TokenStream {
        if self.observed.labels.is_empty() && self.observed.fields.is_empty() {
            quote_spanned!(Span::mixed_site()=> &__OBSERVANT_CALLSITE)
        } else {
            quote_spanned!(Span::mixed_site()=> __site)
        }
    }

    /// The one call into the runtime. `return` is for those who deny `clippy::implicit_return`;
    /// `clippy::needless_return` knows that nobody wrote it.
    fn call(&self, body: &Group) -> TokenStream {
        let door = &self.door;
        let (site, judge) = (self.site(), self.judge());
        let user = nested(body);
        let span = Span::mixed_site();
        match &self.observed.shape {
            Shape::Guard => quote_spanned! {span=>
                let mut __frame = #door::Frame::new();
                let __entered = #door::enter(#site, &mut __frame);
                #user
            },
            Shape::Closure(returned) => {
                let returned = written(returned.as_ref());
                let body = self.mentioning(body);
                quote_spanned! {span=>
                    return #door::observe(#site, move || -> #returned #body, #judge)
                }
            }
            Shape::EarlyExit(returned) => {
                let written = written(returned.as_ref());
                let user = early_exit::rewrite(&user, door);
                quote_spanned! {span=>
                    let mut __frame = #door::Frame::new();
                    let __entered = #door::enter_judged(#site, &mut __frame);
                    let __returned: #written = #user;
                    __entered.leave(&__returned, #judge);
                    return __returned
                }
            }
            Shape::Async(output) => {
                let (mention, pin) = (&self.mention, pin(output));
                let block = if mention.is_none() && pin.is_none() {
                    body.stream()
                } else {
                    quote!(#mention #pin #user)
                };
                let block = located(Delimiter::Brace, block, body.span());
                // What never returns would make a `return` of it unreachable.
                let leave = match output {
                    Yield::Never => None,
                    _ => Some(quote_spanned!(span=> return)),
                };
                quote_spanned! {span=>
                    #leave #door::observe_async(#site, async move #block, #judge).await
                }
            }
            Shape::Deferred(deferred) => self.deferred(deferred, body),
        }
    }

    /// The body with the parameters mentioned before it.
    fn mentioning(&self, body: &Group) -> Group {
        let Some(mention) = &self.mention else { return body.clone() };
        let user = nested(body);
        located(Delimiter::Brace, quote!(#mention #user), body.span())
    }

    /// What is observed is the future or stream that the body makes. A box is opened where the
    /// body ends in `Box::pin(..)`, so that the wrapper goes inside; any other goes into one more.
    fn deferred(&self, deferred: &Deferred, user: &Group) -> TokenStream {
        let door = &self.door;
        let (site, judge) = (self.site(), self.judge());
        let span = Span::mixed_site();
        let pin = match &deferred.yields {
            _ if deferred.stream => None,
            Yield::Of { .. } => self.yielded(deferred).as_ref().map(never_returned),
            yields => pin(yields),
        };
        let (wrap, ty, body) = match (&deferred.boxed, Tail::of(user).unboxed()) {
            (None, _) => (None, None, Tail::of(user).pinned(pin).into_block()),
            (Some(_), Some((path, tail))) => (Some(path), None, tail.pinned(pin).into_block()),
            (Some(ty), None) => {
                let path = quote_spanned!(span=> ::std::boxed::Box::pin);
                (Some(path), Some(repeated(ty)), user.clone())
            }
        };
        let (before, make) = if deferred.located {
            let ty = ty.map(|ty| quote_spanned!(span=> : #ty));
            let body = early_exit::rewrite(&body, door);
            (Some(quote_spanned!(span=> let __made #ty = #body;)), quote_spanned!(span=> __made))
        } else {
            let ty = ty.map(|ty| quote_spanned!(span=> -> #ty));
            let body = self.mentioning(&body);
            (None, quote_spanned!(span=> #ty #body))
        };
        let observe = if deferred.stream {
            quote_spanned!(span=> #door::observe_stream)
        } else {
            quote_spanned!(span=> #door::observe_future)
        };
        let call = quote_spanned!(span=> #observe(#site, move || #make, #judge));
        let call = wrap.map_or_else(|| call.clone(), |path| quote_spanned!(span=> #path(#call)));
        quote_spanned!(span=> #before return #call)
    }

    fn judge(&self) -> TokenStream {
        let door = &self.door;
        let span = Span::mixed_site();
        let ty = self.judged_type();
        match &self.observed.judge {
            Judge::Ok => quote_spanned!(span=> |_| #door::Verdict::OK),
            Judge::Outcome { error_type: None } => {
                quote_spanned!(span=> |__returned| #door::Probe #ty(__returned).verdict())
            }
            Judge::Outcome { error_type: Some(error_type) } => {
                let verdict = with("verdict_with", &quote!(#error_type), error_type.span());
                quote_spanned!(span=> move |__returned| #door::Probe #ty(__returned)#verdict)
            }
            Judge::OkIf { test, error_type } => {
                let refused = error_type.as_ref().map_or_else(
                    || quote_spanned!(span=> .refused()),
                    |error_type| with("refused_with", &quote!(#error_type), error_type.span()),
                );
                quote_spanned! {span=>
                    move |__returned| if #door::predicate #ty(#test, __returned) {
                        #door::Verdict::OK
                    } else {
                        #door::Probe #ty(__returned)#refused
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
                quote_spanned!(span=> move |__returned| #door::Probe #ty(__returned)#verdict)
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

impl Expansion<'_> {
    /// The type of a deferred body's output or items, where it can be written.
    fn yielded(&self, deferred: &Deferred) -> Option<TokenStream> {
        let door = &self.door;
        let span = Span::mixed_site();
        match &deferred.yields {
            Yield::Type(ty) => Some(repeated(ty)),
            Yield::Of { declared, .. } => {
                let declared = repeated(declared);
                Some(if deferred.stream {
                    quote_spanned!(span=> <#declared as #door::Stream>::Item)
                } else {
                    quote_spanned!(span=> <#declared as ::core::future::Future>::Output)
                })
            }
            Yield::Unit | Yield::Never | Yield::Unknown => None,
        }
    }
}

/// A method call at the place of its last argument, where rustc then finds fault with it.
fn with(method: &str, arguments: &TokenStream, place: Span) -> TokenStream {
    let span = Span::mixed_site().located_at(place);
    let method = Ident::new(method, span);
    quote_spanned!(span=> .#method(#arguments))
}

/// A way out of an `async` block that is never taken, and tells rustc the block's output: without
/// it `?` and `Ok(..)` would lack the error's type.
fn pin(output: &Yield) -> Option<TokenStream> {
    let span = Span::mixed_site();
    match output {
        Yield::Unit => Some(quote_spanned!(span=> if false { return; })),
        Yield::Type(ty) => Some(never_returned(&repeated(ty))),
        Yield::Never | Yield::Of { .. } | Yield::Unknown => None,
    }
}

fn never_returned(ty: &TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<#ty> {
            return __returned;
        }
    }
}

/// What cargo says about the crate being compiled; empty where something else calls rustc.
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}
