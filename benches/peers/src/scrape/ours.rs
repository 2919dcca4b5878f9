//! One observed function with three labels: the family of its durations, and all seven.

use super::{Encode, OBSERVED, REGIONS, TENANTS, ZONES, place, places};
use observant::{Label, observe};
use std::{
    hint::spin_loop,
    mem::forget,
    time::{Duration, Instant},
};

/// A label of this many values, which are `PREFIX-000` and so on.
macro_rules! label {
    ($name:ident, $prefix:literal, $count:expr) => {
        #[derive(Clone, Copy)]
        struct $name(usize);

        impl Label for $name {
            const VALUES: &'static [&'static str] = {
                const TEXTS: [[u8; $prefix.len() + 4]; $count] = texts($prefix);
                const VALUES: [&str; $count] = {
                    let mut values = [""; $count];
                    let mut at = 0;
                    while at < $count {
                        values[at] = match std::str::from_utf8(&TEXTS[at]) {
                            Ok(text) => text,
                            Err(_) => panic!("not text"),
                        };
                        at += 1;
                    }
                    values
                };
                &VALUES
            };

            fn index(&self) -> usize {
                self.0
            }
        }
    };
}

label!(Region, "region", REGIONS);
label!(Zone, "zone", ZONES);
label!(Tenant, "tenant", TENANTS);

#[allow(clippy::cast_possible_truncation)] // Digits.
const fn texts<const LENGTH: usize, const COUNT: usize>(prefix: &str) -> [[u8; LENGTH]; COUNT] {
    let mut texts = [[b'-'; LENGTH]; COUNT];
    let mut at = 0;
    while at < COUNT {
        let mut letter = 0;
        while letter < prefix.len() {
            texts[at][letter] = prefix.as_bytes()[letter];
            letter += 1;
        }
        texts[at][LENGTH - 3] = b'0' + (at / 100) as u8;
        texts[at][LENGTH - 2] = b'0' + (at / 10 % 10) as u8;
        texts[at][LENGTH - 1] = b'0' + (at % 10) as u8;
        at += 1;
    }
    texts
}

#[observe(
    labels(region = region, zone = zone, tenant = tenant),
    buckets = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3],
)]
fn handle(region: Region, zone: Zone, tenant: Tenant, takes: Duration) {
    let start = Instant::now();
    while start.elapsed() < takes {
        spin_loop();
    }
}

pub(super) fn fill(series: usize) -> Encode {
    let observant =
        observant::builder().listen("off").logs(observant::Logs::Off).series(series).init();
    forget(observant.expect("the first and only one"));
    for (region, zone, tenant) in places(series) {
        for seconds in OBSERVED {
            let takes = Duration::from_secs_f64(seconds);
            handle(Region(region), Zone(zone), Tenant(tenant), takes);
        }
    }
    Box::new(|length| {
        let names = vec!["observe_call_duration_seconds".to_owned()];
        observant::__private::bare_scrape(names, Vec::with_capacity(length))
    })
}

/// One call in one of the series, which takes next to nothing.
pub(super) fn call(at: usize) {
    let (region, zone, tenant) = place(at);
    handle(Region(region), Zone(zone), Tenant(tenant), Duration::ZERO);
}

/// The series are those that `fill` has made.
pub(super) fn everything(_: usize) -> Encode {
    Box::new(|length| observant::__private::bare_scrape(Vec::new(), Vec::with_capacity(length)))
}
