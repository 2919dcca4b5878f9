//! The attributes of `observant`. Each is one line here: parse what was written, decide what it
//! means, expand. Their documentation is where users find them, on the re-exports of `observant`.

#![forbid(unsafe_code)]

mod check;
mod errors;
#[cfg(test)]
mod golden;
mod health_check;
mod health_derive;
mod item;
mod krate;
mod label;
mod literal;
mod metrics;
mod observe;
mod option;
mod returns;

use proc_macro::TokenStream;

#[expect(missing_docs, reason = "documented on the re-export, where examples can use the runtime")]
#[proc_macro_attribute]
pub fn observe(arguments: TokenStream, item: TokenStream) -> TokenStream {
    observe::expand(arguments.into(), &item.into()).into()
}

#[expect(missing_docs, reason = "documented on the re-export, where examples can use the runtime")]
#[proc_macro_derive(Label, attributes(label))]
pub fn derive_label(item: TokenStream) -> TokenStream {
    label::expand(item.into()).into()
}

#[expect(missing_docs, reason = "documented on the re-export, where examples can use the runtime")]
#[proc_macro_attribute]
pub fn health_check(arguments: TokenStream, item: TokenStream) -> TokenStream {
    health_check::expand(arguments.into(), &item.into()).into()
}

#[expect(missing_docs, reason = "documented on the re-export, where examples can use the runtime")]
#[proc_macro_derive(HealthCheck, attributes(health))]
pub fn derive_health_check(item: TokenStream) -> TokenStream {
    health_derive::expand(item.into()).into()
}

#[expect(missing_docs, reason = "documented on the re-export, where examples can use the runtime")]
#[proc_macro]
pub fn metrics(declarations: TokenStream) -> TokenStream {
    metrics::expand(declarations.into()).into()
}
