//! The push of metrics: what a scrape would show, every so often, and once more at the end.

use super::{
    delivery::Delivery,
    delta::Baselines,
    encode::{Resource, metric::MetricEncoder},
    mailbox::Mailbox,
    settings,
    transport::Kind,
};
use crate::registry;
use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep_until, timeout},
};

/// The push of one collector.
pub(super) struct Metrics {
    resource: Arc<Resource>,
    mailbox: Arc<Mailbox>,
    delivery: Arc<Delivery>,
    interval: Duration,
    timeout: Duration,
    exponential: bool,
    /// With deltas; away while a visit that takes too long has them.
    baselines: Option<Box<Baselines>>,
    delta: bool,
}

impl Metrics {
    pub(super) fn new(
        settings: &settings::Metrics,
        resource: Resource,
        mailbox: Arc<Mailbox>,
        delivery: Arc<Delivery>,
    ) -> Self {
        let settings::Metrics { interval, timeout, delta, exponential, target: _ } = settings;
        Self {
            resource: Arc::new(resource),
            mailbox,
            delivery,
            interval: *interval,
            timeout: *timeout,
            exponential: *exponential,
            baselines: delta.then(Box::default),
            delta: *delta,
        }
    }

    /// Pushes until it is told to stop, and then once more.
    pub(super) async fn run(mut self) {
        let mut next = Instant::now() + self.interval;
        loop {
            let orders = self.mailbox.take();
            let soonest = orders.flushes.iter().map(|flush| flush.by).chain(orders.stop).min();
            if soonest.is_some() || next <= Instant::now() {
                // Not from when it should have been: pushes that were missed are not made up for.
                next = Instant::now() + self.interval;
                let delivered = match soonest {
                    None => self.push_or_news().await,
                    Some(by) => {
                        let most = Instant::from_std(by).saturating_duration_since(Instant::now());
                        timeout(most, self.push()).await.unwrap_or(false)
                    }
                };
                for flush in orders.flushes {
                    flush.answer(delivered);
                }
            }
            if orders.stop.is_some() {
                return;
            }
            let mut news = pin!(self.mailbox.news.notified());
            let mut until = pin!(sleep_until(next));
            poll_fn(|cx| {
                let woken = news.as_mut().poll(cx).is_ready() || until.as_mut().poll(cx).is_ready();
                if woken { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }
    }

    /// A regular push, given up when somebody waits for another one.
    async fn push_or_news(&mut self) -> bool {
        let mailbox = Arc::clone(&self.mailbox);
        let mut news = pin!(mailbox.news.notified());
        let mut push = pin!(self.push());
        let delivered = poll_fn(|cx| {
            if let Poll::Ready(delivered) = push.as_mut().poll(cx) {
                return Poll::Ready(Some(delivered));
            }
            if news.as_mut().poll(cx).is_ready() { Poll::Ready(None) } else { Poll::Pending }
        })
        .await;
        if delivered.is_none() {
            // The news was for the loop.
            mailbox.wake();
        }
        delivered.unwrap_or(false)
    }

    async fn push(&mut self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        if self.delta && self.baselines.is_none() {
            self.baselines = Some(Box::default());
        }
        let (resource, exponential) = (Arc::clone(&self.resource), self.exponential);
        let mut baselines = self.baselines.take();
        // Collectors may be the program's, and may take their time, block or panic.
        let visit = spawn_blocking(move || {
            let requests = catch_unwind(AssertUnwindSafe(|| {
                let baselines = baselines.as_deref_mut();
                let mut encoder = MetricEncoder::new(&resource, now, exponential, baselines);
                registry::visit(&mut encoder, &|_| true, &[]);
                encoder.finish()
            }));
            (requests.ok(), baselines)
        });
        let Ok(Ok((requests, baselines))) = timeout(self.timeout, visit).await else {
            return false;
        };
        self.baselines = baselines;
        let Some(requests) = requests else { return false };
        self.deliver(requests, now).await
    }

    async fn deliver(&mut self, requests: Vec<Vec<u8>>, now: u64) -> bool {
        let mut delivered = true;
        let mut settled = false;
        for request in requests {
            match Arc::clone(&self.delivery).deliver(request.into()).await {
                Ok(accepted) => {
                    settled = true;
                    delivered &= accepted.rejected == 0;
                }
                // It may have arrived, or will never: told again it could count twice.
                Err(Kind::Refused | Kind::Late) => (settled, delivered) = (true, false),
                Err(Kind::Unreachable | Kind::Busy { .. }) => delivered = false,
            }
        }
        if let Some(baselines) = &mut self.baselines {
            if settled { baselines.settle(now) } else { baselines.forget() }
        }
        delivered
    }
}
