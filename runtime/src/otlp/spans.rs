//! The way of finished spans through the worker: from the rings by the tail rule into the queue, in
//! batches to the collector, and to the console. What waits is bounded, wherever it waits.

use super::{
    console::Console,
    delivery::Delivery,
    encode::{Resource, span::request},
    mailbox::{Flush, Mailbox},
    settings,
    state::{self, Progress, Reason},
    tail::Tail,
    transport::{Accepted, Kind},
};
use crate::span::{self, SpanData};
use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// Spans taken from the rings at one time.
const CHUNK: usize = 1_024;

type Sending = Pin<Box<dyn Future<Output = Result<Accepted, Kind>> + Send>>;

/// Everything that waits, and where it goes.
pub(super) struct Spans {
    pub(super) resource: Resource,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) progress: Arc<Progress>,
    pub(super) delivery: Option<Arc<Delivery>>,
    pub(super) console: Option<Console>,
    pub(super) tail: Option<Tail>,
    limits: Limits,
    queue: VecDeque<SpanData>,
    /// The batch that is on its way, and how many spans it has.
    sending: Option<(usize, Sending)>,
    /// Spans of the queue that have waited long enough.
    due: usize,
    next_due: Instant,
    flushes: Vec<Flushing>,
    /// Nobody records any more, so there is nothing to wait for.
    ending: bool,
    /// Spans that came into the queue, that left it for good, and those of them that were lost.
    queued: u64,
    settled: u64,
    lost: u64,
    buffer: Vec<SpanData>,
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    queue: usize,
    batch: usize,
    delay: Duration,
}

/// A flush, and what must have happened before it is answered.
struct Flushing {
    flush: Flush,
    /// How much of the queue must be settled.
    until: u64,
    lost_before: u64,
}

impl Spans {
    pub(super) fn new(
        settings: &settings::Spans,
        resource: Resource,
        mailbox: Arc<Mailbox>,
        progress: Arc<Progress>,
    ) -> Self {
        let queue = settings.queue.max(1);
        let limits = Limits { queue, batch: settings.batch.clamp(1, queue), delay: settings.delay };
        Self {
            resource,
            mailbox,
            progress,
            delivery: None,
            console: None,
            tail: settings.tail.map(Tail::new),
            limits,
            queue: VecDeque::new(),
            sending: None,
            due: 0,
            next_due: Instant::now() + limits.delay,
            flushes: Vec::new(),
            ending: false,
            queued: 0,
            settled: 0,
            lost: 0,
            buffer: Vec::new(),
        }
    }

    /// Works until it is told to stop, and beyond that until all is delivered or the time is over.
    pub(super) async fn run(mut self) {
        let mut stop = None;
        loop {
            let orders = self.mailbox.take();
            if stop.is_none() && orders.stop.is_some() {
                stop = orders.stop;
                span::uninstall();
                self.ending = true;
            }
            self.intake();
            self.begin_flushes(orders.flushes);
            self.send();
            self.answer_flushes();
            self.progress.set_waiting(self.held());
            if let Some(by) = stop
                && (self.is_empty() || by <= std::time::Instant::now())
            {
                break;
            }
            self.wait(stop.map(Instant::from_std)).await;
        }
        self.end();
    }

    /// Spans that wait here.
    fn held(&self) -> usize {
        self.queue.len()
            + self.sending.as_ref().map_or(0, |(spans, _)| *spans)
            + self.tail.as_ref().map_or(0, Tail::len)
            + self.console.as_ref().map_or(0, Console::len)
    }

    fn is_empty(&self) -> bool {
        self.held() == 0
    }

    /// Takes what waits in the rings, as far as there is room, and decides upon traces.
    fn intake(&mut self) {
        let now = Instant::now();
        loop {
            while self.held() >= self.limits.queue && self.make_room() {}
            let room = self.limits.queue.saturating_sub(self.held()).min(CHUNK);
            let count = if room == 0 {
                // What waits in rings counts too.
                let count = span::discard(CHUNK);
                state::count_dropped(Reason::Queue, count);
                self.lost += count as u64;
                count
            } else {
                let mut taken = std::mem::take(&mut self.buffer);
                let count = span::drain(room, &mut taken);
                for span in taken.drain(..) {
                    self.take(span, now);
                }
                self.buffer = taken;
                count
            };
            if count == 0 {
                break;
            }
        }
        // Only now: of a trace that ran on several threads, the root's ring may have been read first.
        self.decide(now);
    }

    /// Gives up what is not promised to anybody.
    fn make_room(&mut self) -> bool {
        if let Some(console) = &mut self.console {
            let written = console.write_oldest();
            if self.delivery.is_none() {
                state::count_exported(written);
            }
            if written > 0 {
                return true;
            }
        }
        self.tail.as_mut().is_some_and(Tail::give_up_oldest)
    }

    fn take(&mut self, span: SpanData, now: Instant) {
        let kept = match &mut self.tail {
            Some(tail) => tail.add(span, now),
            None => Some(span),
        };
        if let Some(span) = kept {
            self.keep(span, now);
        }
    }

    fn keep(&mut self, span: SpanData, now: Instant) {
        if let Some(console) = &mut self.console {
            if self.delivery.is_none() {
                console.add(span, now);
                return;
            }
            console.add(span.clone(), now);
        }
        self.queue.push_back(span);
        self.queued += 1;
    }

    fn decide(&mut self, now: Instant) {
        let mut kept = Vec::new();
        if let Some(tail) = &mut self.tail {
            tail.decide(now, |span| kept.push(span));
            if self.ending {
                tail.decide_all(|span| kept.push(span));
            }
        }
        for span in kept {
            self.keep(span, now);
        }
        if let Some(console) = &mut self.console {
            let written = if self.ending { console.write_all() } else { console.write_ended(now) };
            if self.delivery.is_none() {
                self.printed(written);
            }
        }
    }

    fn printed(&self, spans: usize) {
        state::count_exported(spans);
        if spans > 0 {
            self.progress.succeeded();
        }
    }

    fn begin_flushes(&mut self, flushes: Vec<Flush>) {
        if flushes.is_empty() {
            return;
        }
        if let Some(console) = &mut self.console {
            let written = console.write_all();
            if self.delivery.is_none() {
                self.printed(written);
            }
        }
        self.due = self.queue.len();
        if let Some(delivery) = &self.delivery {
            delivery.hurry();
        }
        let begin = |flush| Flushing { flush, until: self.queued, lost_before: self.lost };
        self.flushes.extend(flushes.into_iter().map(begin));
    }

    fn answer_flushes(&mut self) {
        let now = std::time::Instant::now();
        let (settled, lost) = (self.settled, self.lost);
        let over = |each: &mut Flushing| each.until <= settled || each.flush.by <= now;
        for each in self.flushes.extract_if(.., over) {
            let delivered = each.until <= settled && each.lost_before == lost;
            each.flush.answer(delivered);
        }
    }

    /// Puts the next batch on its way, if there is one and none is.
    fn send(&mut self) {
        let Some(delivery) = &self.delivery else { return };
        if self.next_due <= Instant::now() || self.ending {
            self.due = self.queue.len();
            self.next_due = Instant::now() + self.limits.delay;
        }
        let ready = self.queue.len() >= self.limits.batch || self.due > 0;
        if self.sending.is_some() || self.queue.is_empty() || !ready {
            return;
        }
        let count = self.queue.len().min(self.limits.batch);
        self.due = self.due.saturating_sub(count);
        let batch: Vec<_> = self.queue.drain(..count).collect();
        let body = request(&self.resource, &batch);
        let sending = Arc::clone(delivery).deliver(body.into());
        self.sending = Some((count, Box::pin(sending)));
    }

    /// Until a batch has arrived, somebody has news, or something is due.
    async fn wait(&mut self, stop: Option<Instant>) {
        let flush = self.flushes.iter().map(|each| Instant::from_std(each.flush.by)).min();
        let until = [flush, stop].into_iter().flatten().fold(self.next_tick(), Instant::min);
        let mailbox = Arc::clone(&self.mailbox);
        let mut news = pin!(mailbox.news.notified());
        let mut until = pin!(sleep_until(until));
        let sending = &mut self.sending;
        let arrived = poll_fn(|cx| {
            if let Some((count, sending)) = sending
                && let Poll::Ready(result) = sending.as_mut().poll(cx)
            {
                return Poll::Ready(Some((*count, result)));
            }
            if news.as_mut().poll(cx).is_ready() || until.as_mut().poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            Poll::Pending
        })
        .await;
        if let Some((count, result)) = arrived {
            self.sending = None;
            self.settle(count, &result);
        }
    }

    /// When to look again without being told: what waits in a ring wakes nobody before it is half full.
    fn next_tick(&mut self) -> Instant {
        if self.next_due <= Instant::now() {
            self.next_due = Instant::now() + self.limits.delay;
        }
        self.next_due
    }

    fn settle(&mut self, count: usize, result: &Result<Accepted, Kind>) {
        let (lost, reason) = match result {
            Ok(accepted) => (accepted.rejected.min(count), Reason::Rejected),
            Err(Kind::Refused) => (count, Reason::Rejected),
            Err(Kind::Unreachable) => (count, Reason::Unreachable),
            Err(Kind::Busy { .. } | Kind::Late) => (count, Reason::Timeout),
        };
        state::count_dropped(reason, lost);
        state::count_exported(count - lost);
        self.lost += lost as u64;
        self.settled += count as u64;
    }

    /// The time is over: what is left is lost.
    fn end(mut self) {
        let mut left = self.queue.len() + self.sending.take().map_or(0, |(count, _)| count);
        left += self.tail.as_ref().map_or(0, Tail::len);
        loop {
            let more = span::discard(CHUNK);
            left += more;
            if more == 0 {
                break;
            }
        }
        state::count_dropped(Reason::Shutdown, left);
        self.lost += left as u64;
        self.progress.set_waiting(0);
        for each in self.flushes.drain(..) {
            each.flush.answer(left == 0 && each.lost_before == self.lost);
        }
    }
}
