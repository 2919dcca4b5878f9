//! From the model to tokens: the function is left as it is, and beside it stands what registers it.

use super::model::Model;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let Model { krate, name, ident, conditions, options, is_async, returns } = model;
    let door = krate.door();
    let span = Span::mixed_site();
    let options = options.tokens(&door);
    // At the user's types, rustc shows what is wrong with them.
    let judged = span.located_at(*returns);
    let at = span.located_at(ident.span());
    let place = quote_spanned!(at=> (#door::file!(), #door::line!()));
    let (run, how) = if *is_async {
        let judged = quote_spanned!(judged=> #door::judged(#ident().await).verdict());
        let run = quote_spanned! {judged_span(*returns)=>
            fn __run() -> #door::RunningCheck {
                ::std::boxed::Box::pin(async { #judged })
            }
        };
        (run, quote_spanned!(span=> Future))
    } else {
        let judged = quote_spanned!(judged=> #door::judged(#ident()).verdict());
        let run = quote_spanned! {span=>
            fn __run() -> #door::CheckVerdict {
                #judged
            }
        };
        (run, quote_spanned!(span=> Blocking))
    };
    quote_spanned! {span=>
        #(#conditions)*
        const _: () = {
            #[allow(deprecated, clippy::unit_arg)]
            #run
            #door::submit_check! {
                #door::LinkedCheck::new(#name, #place, #options, #door::LinkedRun::#how(__run))
            }
        };
    }
}

/// What must be `Send` is what the function returns.
fn judged_span(returns: Span) -> Span {
    Span::mixed_site().located_at(returns)
}
