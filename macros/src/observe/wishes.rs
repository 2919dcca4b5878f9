//! What a function asks for beyond its figures, as a constant beside its callsite: the part of an expansion for
//! `slo`, `health` and `deadline`. Model in, tokens out.

use super::expand::Expansion;
use super::health::{Health, Limits, Severity};
use super::slo::Slo;
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use std::time::Duration;

impl Expansion<'_> {
    /// What a callsite has that says more than where it is.
    pub(super) fn extras(&self) -> Option<TokenStream> {
        let door = &self.door;
        let (spans, wishes, nature) = (self.spans(), self.wishes(), self.nature());
        if spans.is_none() && wishes.is_none() && nature.is_none() {
            return None;
        }
        let spans = spans.unwrap_or_else(|| quote!(#door::Spans::PLAIN));
        let wishes = wishes.unwrap_or_else(|| quote!(#door::Wishes::NONE));
        let nature = option(nature);
        Some(quote_spanned! {Span::mixed_site()=>
            .with(&#door::Extras { spans: #spans, wishes: #wishes, nature: #nature })
        })
    }

    /// What is asked for, if anything.
    fn wishes(&self) -> Option<TokenStream> {
        let Self { observed, door, .. } = self;
        if observed.slo.is_none() && observed.health.is_none() && observed.deadline.is_none() {
            return None;
        }
        let slo = option(observed.slo.as_ref().map(|slo| self.slo(slo)));
        let health = option(observed.health.as_ref().map(|health| self.health(health)));
        let deadline = option(observed.deadline.map(nanoseconds));
        Some(quote_spanned! {Span::mixed_site()=>
            #door::Wishes { slo: #slo, health: #health, deadline: #deadline }
        })
    }

    fn slo(&self, slo: &Slo) -> TokenStream {
        let door = &self.door;
        let name = option(slo.name.as_ref());
        let success = option(slo.success.map(Literal::f64_unsuffixed));
        let latency = option(slo.latency.map(|latency| {
            let seconds = Literal::f64_unsuffixed(seconds(latency.threshold));
            let percent = Literal::f64_unsuffixed(latency.percent);
            quote!(#door::Latency { seconds: #seconds, percent: #percent })
        }));
        let days = Literal::u32_unsuffixed(slo.days);
        quote!(#door::Slo { name: #name, success: #success, latency: #latency, days: #days })
    }

    fn health(&self, health: &Health) -> TokenStream {
        let door = &self.door;
        let (window, min_calls) = (nanoseconds(health.window), count(health.min_calls));
        let severity = match health.severity {
            Severity::Critical => quote!(Critical),
            Severity::Degraded => quote!(Degraded),
            Severity::Info => quote!(Info),
        };
        let (degraded, failing) = (self.limits(&health.degraded), self.limits(&health.failing));
        quote! {
            #door::Health {
                window: #window,
                min_calls: #min_calls,
                severity: #door::FunctionSeverity::#severity,
                degraded: #degraded,
                failing: #failing,
            }
        }
    }

    fn limits(&self, limits: &Limits) -> TokenStream {
        let door = &self.door;
        let Limits { p95, p99, .. } = limits;
        let error_ratio = option(limits.error_ratio.map(Literal::f64_unsuffixed));
        let failures = option(limits.consecutive_failures.map(count));
        let since_success = option(limits.since_success.map(nanoseconds));
        let panics = option(limits.panics.map(count));
        quote! {
            #door::Limits {
                error_ratio: #error_ratio,
                consecutive_failures: #failures,
                p95: #p95,
                p99: #p99,
                since_success: #since_success,
                panics: #panics,
            }
        }
    }
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}

fn count(count: u64) -> Literal {
    Literal::u64_unsuffixed(count)
}

#[allow(clippy::cast_possible_truncation)] // Options end at a week.
fn nanoseconds(duration: Duration) -> Literal {
    count(duration.as_nanos() as u64)
}

/// The number that people would write: dividing whole microseconds rounds once.
#[allow(clippy::cast_precision_loss)] // A day is far from 2^53 of them.
fn seconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1e6
}
