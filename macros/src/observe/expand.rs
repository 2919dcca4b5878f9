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
//!     submit! { __OBSERVANT_CALLSITE }
//!     observe(&__OBSERVANT_CALLSITE, move || -> Result<Task, Error> { body }, |r| Probe(r).verdict())
//! }
//! ```
//! Every path is absolute and every local hygienic, so that nothing of the user's can be meant.

use super::body::{braced, following, nested, written_at};
use super::buckets::Buckets;
use super::captures::Captures;
use super::early_exit;
use super::inner_attributes::split_inner_attributes;
use super::model::Observed;
use super::repeated::repeated;
use super::shape::{Deferred, Shape};
use super::tail::Tail;
use super::{Item, Plan};
use crate::item::{Container, Function, mentions};
use crate::returns::{Yield, closure_bounds};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Signature, Type};

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
    let Function { attributes, qualifiers, signature, written, body } = function;
    let Some(body) = body else { return TokenStream::new() };
    let others = &attributes.others;
    let (inner, body) = split_inner_attributes(body);
    let captures = Captures::of(signature, &body.stream(), &observed.shape);
    let printed = captures.signature.as_ref().map_or(written.clone(), ToTokens::to_token_stream);
    let contents = Expansion::new(observed, signature, captures).body(&body);
    let mut braces = Group::new(Delimiter::Brace, quote!(#inner #contents));
    braces.set_span(body.span());
    quote!(#(#others)* #qualifiers #printed #braces)
}

/// What the parts of one function's expansion share.
pub(super) struct Expansion<'a> {
    pub(super) observed: &'a Observed,
    signature: &'a Signature,
    /// Where the function's name stands.
    name: Span,
    pub(super) door: TokenStream,
    captures: Captures,
}

impl<'a> Expansion<'a> {
    fn new(observed: &'a Observed, signature: &'a Signature, captures: Captures) -> Self {
        let name = signature.ident.span();
        Self { observed, signature, name, door: observed.krate.door(), captures }
    }

    /// The first statement is no item: of a function that begins with one, clippy thinks that it does
    /// nothing worth a lint.
    fn body(&self, body: &Group) -> TokenStream {
        let labels = self.labels();
        let call = self.call(body);
        quote!(#labels #call)
    }

    /// The type in which the body leaves.
    fn returned(&self, returned: Option<&Type>) -> TokenStream {
        returned.map_or_else(|| quote!(()), |ty| self.repeated(ty))
    }

    fn repeated(&self, ty: &Type) -> TokenStream {
        repeated(ty, &self.signature.generics)
    }

    fn callsite(&self) -> TokenStream {
        let Self { observed, door, .. } = self;
        let span = Span::mixed_site().located_at(self.name);
        let (file, line) = (self.place("file"), self.place("line"));
        let extras = self.extras();
        let Observed { name, fallible, labels, .. } = observed;
        let label_names = labels.iter().map(|label| &label.name);
        let cancellable = observed.shape.cancellable();
        let buckets = self.buckets();
        let crate_name = variable("CARGO_PKG_NAME");
        let crate_version = variable("CARGO_PKG_VERSION");
        quote_spanned! {span=>
            #door::submit! { __OBSERVANT_CALLSITE }
            static __OBSERVANT_CALLSITE: #door::Callsite = #door::Callsite::new(#door::Metadata {
                module: &#door::Module {
                    path: ::core::module_path!(),
                    file: #file,
                    crate_name: #crate_name,
                    crate_version: #crate_version,
                },
                function: #name,
                line: #line,
                fallible: #fallible,
                cancellable: #cancellable,
                buckets: #buckets,
                labels: &[#(#label_names),*],
            }) #extras;
        }
    }

    /// `file!()` and `line!()` answer for the outermost expansion they come from: they must seem
    /// to be written where the function's name is, or they name the attribute's line. In the edition
    /// 2015 a `::core` written there would be the user's crate, so they go through our door.
    fn place(&self, question: &str) -> TokenStream {
        let question = Ident::new(question, self.name);
        let door = self.observed.krate.door_at(self.name);
        quote_spanned!(self.name=> #door::#question!())
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

    /// The one call into the runtime. `return` is for those who deny `clippy::implicit_return`;
    /// `clippy::needless_return` knows that nobody wrote it.
    fn call(&self, body: &Group) -> TokenStream {
        let door = &self.door;
        let (site, judge, callsite) = (self.site(), self.judge(), self.callsite());
        let user = nested(body);
        let span = Span::mixed_site();
        match &self.observed.shape {
            Shape::Guard => {
                let user = following(body);
                let named = self.named(body);
                quote_spanned! {span=>
                    let mut __frame = ::core::mem::MaybeUninit::uninit();
                    let __entered = #door::enter(#site, &mut __frame);
                    #callsite
                    #named
                    #user
                }
            }
            Shape::Closure(returned) => {
                let returned = self.returned(returned.as_ref());
                let head = if self.captures.by_value { quote!(move || ->) } else { quote!(|| ->) };
                let head = self.head(body, head);
                let body = self.mentioning(body);
                quote_spanned! {span=>
                    return #door::observe(#site, #head #returned #body, #judge);
                    #callsite
                }
            }
            Shape::EarlyExit(returned) => {
                let written = self.returned(returned.as_ref());
                let user = early_exit::rewrite(&user, door);
                quote_spanned! {span=>
                    let mut __frame = ::core::mem::MaybeUninit::uninit();
                    let __entered = #door::enter_judged(#site, &mut __frame);
                    #callsite
                    let __returned: #written = #user;
                    __entered.leave(&__returned, #judge);
                    return __returned
                }
            }
            Shape::Async(output) => {
                let block = self.block(output, body);
                let mut braces = Group::new(Delimiter::Brace, block);
                braces.set_span(body.span());
                let head = self.head(body, quote!(async move));
                let call = quote_spanned! {span=>
                    #door::observe_async(#site, #head #braces, #judge).await
                };
                // A `return` of what never returns would be unreachable.
                if let Yield::Never = output {
                    quote_spanned!(span=> let () = #call; #callsite loop {})
                } else {
                    quote_spanned!(span=> return #call; #callsite)
                }
            }
            Shape::Deferred(deferred) => {
                let call = self.deferred(deferred, body);
                quote_spanned!(span=> #call; #callsite)
            }
        }
    }

    /// The parameters of an empty body: clippy lets a function keep those only as long as it is empty.
    fn named(&self, body: &Group) -> Option<TokenStream> {
        let types = self.signature.generics.type_params().map(|parameter| &parameter.ident);
        let types: Vec<_> = types.filter(|_| body.stream().is_empty()).collect();
        (!types.is_empty()).then(|| {
            quote_spanned!(Span::mixed_site()=> #(let _ = ::core::marker::PhantomData::<#types>;)*)
        })
    }

    /// What makes a closure or a block of the body.
    fn head(&self, body: &Group, tokens: TokenStream) -> TokenStream {
        let ours = Span::mixed_site();
        written_at(if self.observed.rewritten { ours } else { body.span() }, tokens)
    }

    /// The body with the parameters mentioned before it.
    fn mentioning(&self, body: &Group) -> Group {
        let Some(mention) = &self.captures.mention else { return body.clone() };
        braced(body, mention)
    }

    /// What is observed is the future or stream that the body makes. A box is opened where the
    /// body ends in `Box::pin(..)`, so that the wrapper goes inside; any other goes into one more of its
    /// own type.
    fn deferred(&self, deferred: &Deferred, user: &Group) -> TokenStream {
        let door = &self.door;
        let (site, judge) = (self.site(), self.judge());
        let span = Span::mixed_site();
        let pin = match &deferred.yields {
            _ if deferred.stream => None,
            Yield::Of { .. } => self.yielded(deferred).as_ref().map(never_returned),
            yields => self.pin(yields),
        };
        let (wrap, ty, body) = match (&deferred.boxed, Tail::of(user).unboxed()) {
            (None, _) => (None, None, Tail::of(user).pinned(pin).into_block()),
            (Some(_), Some((path, tail))) => (Some(path), None, tail.pinned(pin).into_block()),
            (Some(ty), None) => (boxing(ty), Some(self.repeated(ty)), user.clone()),
        };
        let head = self.head(user, quote!(move ||));
        let (before, make) = if deferred.located {
            let ty = ty.map(|ty| quote_spanned!(span=> : #ty));
            let body = early_exit::rewrite(&body, door);
            let made = quote_spanned!(span=> move || __made);
            (Some(quote_spanned!(span=> let __made #ty = #body;)), made)
        } else {
            let ty = ty.map(|ty| quote_spanned!(span=> -> #ty));
            let body = match &self.captures.mention {
                Some(_) => self.mentioning(&body),
                // A closure of nothing but an `async` block has a lint of its own.
                None => braced(&body, &quote_spanned!(span=> if false {})),
            };
            (None, quote_spanned!(span=> #head #ty #body))
        };
        let observe = match (deferred.stream, deferred.boxed.is_some() && wrap.is_none()) {
            (true, true) => quote_spanned!(span=> #door::observe_boxed_stream),
            (true, false) => quote_spanned!(span=> #door::observe_stream),
            (false, true) => quote_spanned!(span=> #door::observe_boxed_future),
            (false, false) => quote_spanned!(span=> #door::observe_future),
        };
        let call = quote_spanned!(span=> #observe(#site, #make, #judge));
        let call = wrap.map_or_else(|| call.clone(), |path| quote_spanned!(span=> #path(#call)));
        quote_spanned!(span=> #before return #call)
    }
}

impl Expansion<'_> {
    /// A way out of an `async` block that is never taken, and tells rustc the block's output: without
    /// it `?` and `Ok(..)` would lack the error's type.
    fn pin(&self, output: &Yield) -> Option<TokenStream> {
        let span = Span::mixed_site();
        match output {
            Yield::Unit => Some(quote_spanned!(span=> if false { return; })),
            Yield::Type(ty) => Some(never_returned(&self.repeated(ty))),
            Yield::Never | Yield::Of { .. } | Yield::Unknown => None,
        }
    }

    /// What stands within the `async` block of a body. From the promise of a closure rustc takes the types
    /// of its parameters, if the body stands where that closure is asked for.
    fn block(&self, output: &Yield, body: &Group) -> TokenStream {
        let mention = &self.captures.mention;
        if let Yield::Type(ty) = output
            && let Some(bounds) = closure_bounds(ty)
        {
            let user = nested(body);
            return quote_spanned! {Span::mixed_site()=>
                fn __promised<Output: #bounds>(output: Output) -> Output {
                    output
                }
                #mention
                return __promised(#user);
            };
        }
        let pin = self.pin(output);
        if mention.is_none() && pin.is_none() {
            return body.stream();
        }
        let user = following(body);
        quote!(#mention #pin #user)
    }

    /// The type of a deferred body's output or items, where it can be written.
    pub(super) fn yielded(&self, deferred: &Deferred) -> Option<TokenStream> {
        let door = &self.door;
        let span = Span::mixed_site();
        match &deferred.yields {
            Yield::Type(ty) => Some(self.repeated(ty)),
            Yield::Of { declared, .. } => {
                let declared = self.repeated(declared);
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

/// What puts an observed future into a box of its own, where that promises more than `Send` and `Sync`; all
/// others the runtime boxes.
fn boxing(ty: &Type) -> Option<TokenStream> {
    let more = mentions(ty.to_token_stream(), &["Unpin", "UnwindSafe", "RefUnwindSafe"]);
    more.then(|| quote_spanned!(Span::mixed_site()=> ::std::boxed::Box::pin))
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
