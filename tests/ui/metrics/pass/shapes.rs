//! Whatever a declaration may look like, without a warning.

#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications)]
#![deny(clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]
#![no_implicit_prelude]

mod observed {
    #[derive(::std::clone::Clone, ::std::marker::Copy, ::observant::Label)]
    pub(crate) enum Counter {
        One,
        Other,
    }

    ::observant::metrics! {}

    ::observant::metrics! {
        crate = ::observant;
        /// A type called as a kind is.
        pub(crate) static KINDS: Counter<{ kind: Counter, r#type: Counter, r#match = "a" }> = "pass_kinds_total";
        #[doc = "In another notation."]
        #[cfg(any(unix, windows))]
        pub(super) static OTHER: Histogram<{ labels: bool, texts: Capped, Self_: bool }> = "pass_other_seconds", buckets = slow,;
    }
}

/// A function of its own.
fn number() -> u8 {
    ::observant::metrics! {
        /// Within a function.
        static HERE: Gauge = "pass_here", value = || { 3_u8 };
    }
    3
}

fn main() {
    observed::KINDS
        .with(observed::KindsLabels { kind: observed::Counter::One, r#type: observed::Counter::Other })
        .inc();
    observed::OTHER
        .with(observed::OtherLabels { labels: true, texts: "a", Self_: number() == 3 })
        .record(1.0);
}
