//! `/metrics`: which representation a client wants and by when, and one rendering for all who want the same one now.
//!
//! A scrape that comes while its representation is being rendered gets that rendering's bytes, so a slow page costs one
//! thread and one buffer however many ask for it. Representations are bounded by the places for scrapes; a place is
//! taken until the last client has the last byte.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use hyper::{
    body::Bytes,
    header::{self, HeaderMap, HeaderName},
};
use tokio::{
    sync::{Semaphore, watch},
    time::timeout_at,
};

use super::{
    Limits, Pages, Scrape,
    encoding::GzipEncoder,
    figures::add,
    pages::{self, Panicked, busy, compressed_page, compresses, joined, make},
    response::Page,
    routes::sole,
    server::{App, Client},
};
use crate::expose::{Encoder, NameFilter, Syntax, negotiate};

/// What Prometheus sends with each scrape: after so many seconds it hangs up.
const SCRAPE_TIMEOUT: HeaderName = HeaderName::from_static("x-prometheus-scrape-timeout-seconds");

/// What a scrape's bytes depend on, but for the figures.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Representation {
    document: Syntax,
    compressed: bool,
    filter: NameFilter,
}

pub(super) async fn metrics(
    app: &App,
    headers: &HeaderMap,
    parameters: Vec<(String, String)>,
    client: Client,
) -> Page {
    let names = parameters.into_iter().filter(|(name, _)| name == "name[]");
    let format = negotiate(joined(headers, &header::ACCEPT).as_deref());
    let representation = Representation {
        document: format.document(),
        compressed: compresses(headers),
        filter: NameFilter::new(names.map(|(_, value)| value).collect()),
    };
    let compressed = representation.compressed;
    let patience = patience(headers, &app.limits);
    let page = match rendered(app, representation, patience, client).await {
        Ok(body) => compressed_page(format.content_type(), body, compressed),
        Err(page) => page,
    };
    page.with(header::VARY, "Accept, Accept-Encoding")
}

/// How long a scrape may take. Prometheus says when it hangs up, and an answer has to be there a moment earlier; what
/// it says is no reason to fail, so what is no number of seconds counts as nothing said.
fn patience(headers: &HeaderMap, limits: &Limits) -> Duration {
    let said = sole(headers, &SCRAPE_TIMEOUT).and_then(|text| text.trim().parse::<f64>().ok());
    let said = said.filter(|seconds| *seconds > 0.0 && !seconds.is_nan());
    let Some(seconds) = said else { return limits.request };
    let most = limits.longest_scrape;
    let said = Duration::try_from_secs_f64(seconds).map_or(most, |said| said.min(most));
    said.saturating_sub(MARGIN.min(said / 10))
}

/// What the answer itself needs on its way, as other exporters have it; of a short timeout a tenth.
const MARGIN: Duration = Duration::from_millis(500);

/// The bytes of `representation`: those of a rendering under way, else of a new one.
async fn rendered(
    app: &App,
    representation: Representation,
    patience: Duration,
    client: Client,
) -> Result<Bytes, Page> {
    let places = &app.places(client).scrapes;
    let deadline = Instant::now() + patience;
    let join_or_begin =
        || app.renderings.join_or_begin(app, representation.clone(), deadline, places);
    let mut made = match join_or_begin() {
        Ok(made) => made,
        // Somebody's place may be had, which is free from here to the next line.
        Err(refused) => match pages::place(app, places, client).await.map(drop) {
            Some(()) => join_or_begin()?,
            None => return Err(refused),
        },
    };
    let late = || {
        add(&app.figures.late_scrapes);
        busy(format!(
            "this scrape could not be finished within {patience:?}: the program or a collector in it is busy\n"
        ))
    };
    let outcome = match timeout_at(deadline.into(), made.wait_for(Option::is_some)).await {
        Ok(Ok(made)) => made.clone().unwrap_or(Err(NotMade::Panicked)),
        // Its thread is gone, which only a panic outside the page explains.
        Ok(Err(_)) => Err(NotMade::Panicked),
        Err(_elapsed) => Err(NotMade::Late),
    };
    outcome.map_err(|reason| match reason {
        NotMade::Panicked => pages::panicked(),
        NotMade::Late => late(),
    })
}

/// Why there are no bytes.
#[derive(Clone, Copy, Debug)]
enum NotMade {
    Panicked,
    Late,
}

type Made = Option<Result<Bytes, NotMade>>;

/// The renderings under way; no more of them than there are places.
#[derive(Default)]
pub(super) struct Renderings {
    under_way: Mutex<Vec<Arc<Rendering>>>,
    capacity: Capacity,
}

struct Rendering {
    of: Representation,
    began: Instant,
    until: Until,
    made: watch::Receiver<Made>,
}

impl Renderings {
    fn under_way(&self) -> MutexGuard<'_, Vec<Arc<Rendering>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the bytes of `representation` will be.
    fn join_or_begin(
        self: &Arc<Self>,
        app: &App,
        representation: Representation,
        deadline: Instant,
        places: &Arc<Semaphore>,
    ) -> Result<watch::Receiver<Made>, Page> {
        let mut under_way = self.under_way();
        // One that hangs is left alone, or its figures would be old when it ends after all.
        let joins = |rendering: &&Arc<Rendering>| {
            rendering.of == representation
                && rendering.began.elapsed() < app.limits.request
                && rendering.until.put_off(deadline)
        };
        if let Some(rendering) = under_way.iter().find(joins) {
            add(&app.figures.shared_scrapes);
            return Ok(rendering.made.clone());
        }
        let permit = Arc::clone(places).try_acquire_owned().map_err(|_| pages::over_the_cap())?;
        let (done, made) = watch::channel(None);
        let rendering = Arc::new(Rendering {
            of: representation,
            began: Instant::now(),
            until: Until::new(deadline),
            made: made.clone(),
        });
        let (all, own, pages) = (Arc::clone(self), Arc::clone(&rendering), app.pages.clone());
        let job = move || {
            let outcome = make(permit, || render(&pages, &own, &all.capacity));
            all.under_way().retain(|other| !Arc::ptr_eq(other, &own));
            let outcome = match outcome {
                Ok(_partial) if own.until.is_over() => Err(NotMade::Late),
                outcome => outcome.map_err(|Panicked| NotMade::Panicked),
            };
            // Whoever waited may have given up.
            let _ = done.send(Some(outcome));
        };
        app.workers.run(job).map_err(|_| pages::no_thread())?;
        under_way.push(rendering);
        Ok(made)
    }
}

/// Visits, encodes and compresses.
fn render(pages: &Pages, rendering: &Rendering, capacity: &Capacity) -> Vec<u8> {
    let Representation { document, compressed, filter } = &rendering.of;
    let scrape = Scrape { filter, until: &rendering.until };
    let out = capacity.buffer(*compressed);
    let body = if *compressed {
        let mut encoder = GzipEncoder::new(Encoder::new(*document, filter, Vec::new()), out);
        (pages.metrics)(&mut encoder, &scrape);
        encoder.finish()
    } else {
        let mut encoder = Encoder::new(*document, filter, out);
        (pages.metrics)(&mut encoder, &scrape);
        encoder.finish()
    };
    if !rendering.until.is_over() {
        capacity.learn(*compressed, body.len());
    }
    (pages.on_scrape)(rendering.began.elapsed());
    body
}

/// Length of the last scrape, plain and compressed: a good guess at the next one's.
#[derive(Debug, Default)]
struct Capacity([AtomicUsize; 2]);

impl Capacity {
    /// Room for as much as last time and a little more.
    fn buffer(&self, compressed: bool) -> Vec<u8> {
        let last = self.0[usize::from(compressed)].load(Ordering::Relaxed);
        Vec::with_capacity(last + last / 16)
    }

    fn learn(&self, compressed: bool, length: usize) {
        self.0[usize::from(compressed)].store(length, Ordering::Relaxed);
    }
}

/// Until when somebody waits for a rendering.
#[derive(Debug)]
pub(super) struct Until(Mutex<Moment>);

#[derive(Debug)]
struct Moment {
    deadline: Instant,
    /// The rendering has been told that it is over, and may have left out the rest.
    over: bool,
}

impl Until {
    fn new(deadline: Instant) -> Self {
        Self(Mutex::new(Moment { deadline, over: false }))
    }

    fn look<T>(&self, look: impl FnOnce(&mut Moment) -> T) -> T {
        let mut moment = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        moment.over |= moment.deadline <= Instant::now();
        look(&mut moment)
    }

    /// Whether nobody waits any more. Once it is so, it stays so.
    pub(super) fn is_over(&self) -> bool {
        self.look(|moment| moment.over)
    }

    /// How long somebody still waits.
    pub(super) fn left(&self) -> Duration {
        self.look(|moment| moment.deadline.saturating_duration_since(Instant::now()))
    }

    /// One more waits, until `deadline`; false if it is over.
    fn put_off(&self, deadline: Instant) -> bool {
        self.look(|moment| {
            moment.deadline = moment.deadline.max(deadline);
            !moment.over
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, HeaderMap, Limits, SCRAPE_TIMEOUT, patience};

    fn patience_of(values: &[&'static str]) -> Duration {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(SCRAPE_TIMEOUT, value.parse().unwrap());
        }
        patience(&headers, &Limits::default())
    }

    #[test]
    fn a_scrape_takes_a_moment_less_than_its_client_waits() {
        let limits = Limits::default();
        for (value, milliseconds) in [
            ("10", 9_500),
            ("10.000000", 9_500),
            (" 15 ", 14_500),
            ("5", 4_500),
            // What Prometheus sends for 200 ms, and less.
            ("0.200000", 180),
            ("1e-2", 9),
            // More than a page of ours may take by itself, but no more than the longest.
            ("30", 29_500),
            ("60", 59_500),
            ("61", 59_500),
            ("1e300", 59_500),
            ("inf", 59_500),
        ] {
            assert_eq!(patience_of(&[value]), Duration::from_millis(milliseconds), "{value}");
        }
        for values in [
            &[][..],
            &[""],
            &["0"],
            &["-0"],
            &["-1"],
            &["NaN"],
            &["-inf"],
            &["10s"],
            &["0x1"],
            &["1", "1"],
        ] {
            assert_eq!(patience_of(values), limits.request, "{values:?}");
        }
    }
}
