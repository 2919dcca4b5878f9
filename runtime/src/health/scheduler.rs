//! The thread that starts checks when they are due, gives up those that take too long, and records what they find. It
//! runs nothing of the program's but verdicts that are computed, and waits for nobody.

use super::{
    checks::Checks,
    entry::{Change, Entry},
    leaves::Run,
    outlets::Outlets,
    runners::{End, Report, Runners, Underway},
    verdict::{Verdict, reason},
    words::{Kind, Status},
};
use crate::span::random;
use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender},
    },
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Blocking runs at one time, those that never return among them. The others wait, and what is known of them grows stale.
const BLOCKING_MOST: usize = 128;

/// Who may wait for a fresh result of one check.
const WAITERS_MOST: usize = 64;

/// How long the scheduler sleeps when nothing is due.
const NOTHING: Duration = Duration::from_secs(3_600);

pub(super) enum Message {
    /// There are other checks.
    Changed,
    Ended(End),
    /// Run these now, if they do not run already. When all have ended, the last `waiter` is dropped.
    Fresh {
        checks: Vec<Arc<Entry>>,
        waiter: Arc<oneshot::Sender<()>>,
    },
    Stop,
}

/// One check, as it is scheduled.
struct Task {
    entry: Arc<Entry>,
    /// When it is started next; `None` while it waits for the end of a run, or for ever.
    due: Option<Instant>,
    underway: Option<UnderwayRun>,
    waiters: Vec<Arc<oneshot::Sender<()>>>,
    /// It is due and waits for a thread.
    queued: bool,
    /// Where it stands on the agenda.
    noted: Option<Instant>,
}

struct UnderwayRun {
    run: u64,
    started: Instant,
    deadline: Instant,
    underway: Underway,
    given_up: bool,
}

impl Task {
    /// When something is to be done about it.
    fn next(&self) -> Option<Instant> {
        let deadline = self.underway.as_ref().filter(|run| !run.given_up).map(|run| run.deadline);
        deadline.into_iter().chain(self.due.filter(|_| !self.queued)).min()
    }
}

pub(super) struct Scheduler {
    checks: Arc<Checks>,
    inbox: Receiver<Message>,
    runners: Runners,
    outlets: Outlets,
    tasks: HashMap<u64, Task>,
    /// By what there is to do first; each check once.
    agenda: BTreeSet<(Instant, u64)>,
    /// Blocking runs under way.
    blocking: usize,
    /// Checks that wait for a thread, in order.
    queue: VecDeque<u64>,
    runs: u64,
    /// What ticks are counted from.
    origin: Instant,
}

/// A check by its place in memory, which it keeps as long as it is scheduled.
fn key(entry: &Arc<Entry>) -> u64 {
    Arc::as_ptr(entry) as u64
}

/// Checks that are due within so small a part of their interval are started together: each time this thread wakes costs
/// more than what it does for one of them.
const TICKS: u32 = 128;

/// The first tick of `interval`, counted from `origin`, that is not before `at`.
fn on_tick(at: Instant, origin: Instant, interval: Duration) -> Instant {
    let tick = (interval / TICKS).as_nanos();
    if tick == 0 {
        return at;
    }
    let rest = at.saturating_duration_since(origin).as_nanos() % tick;
    let left = if rest == 0 { 0 } else { tick - rest };
    at + Duration::from_nanos(u64::try_from(left).unwrap_or(0))
}

/// A tenth more or less.
fn jittered(interval: Duration) -> Duration {
    let tenth = interval / 10;
    let spread = u64::try_from(tenth.as_nanos() * 2).unwrap_or(u64::MAX);
    let part = if spread == 0 { 0 } else { random() % spread };
    interval.saturating_sub(tenth).saturating_add(Duration::from_nanos(part))
}

impl Scheduler {
    pub(super) fn new(
        checks: Arc<Checks>,
        sender: Sender<Message>,
        inbox: Receiver<Message>,
        outlets: Outlets,
    ) -> Self {
        let report: Report = Arc::new(move |end| {
            // Nobody listens after the end.
            let _ = sender.send(Message::Ended(end));
        });
        Self {
            checks,
            inbox,
            runners: Runners::new(report),
            outlets,
            tasks: HashMap::new(),
            agenda: BTreeSet::new(),
            blocking: 0,
            queue: VecDeque::new(),
            runs: 0,
            origin: Instant::now(),
        }
    }

    pub(super) fn run(mut self) {
        self.change();
        loop {
            let wait = self.work_off();
            match self.inbox.recv_timeout(wait) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        for run in self.tasks.values().filter_map(|task| task.underway.as_ref()) {
            run.underway.give_up();
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Changed => self.change(),
            Message::Ended(end) => self.ended(&end),
            Message::Fresh { checks, waiter } => {
                for check in checks {
                    self.freshen(key(&check), &waiter);
                }
            }
            Message::Stop => {}
        }
        debug_assert!(self.agenda.len() <= self.tasks.len(), "each check is there once at most");
    }

    /// Schedules those that came, and forgets those that went.
    fn change(&mut self) {
        let all = self.checks.all();
        let keys: HashSet<u64> = all.iter().map(key).collect();
        self.tasks.retain(|check, task| {
            if keys.contains(check) {
                return true;
            }
            task.due = None;
            task.waiters.clear();
            if let Some(run) = &mut task.underway {
                run.given_up = true;
                run.underway.give_up();
            }
            // A thread that has not returned counts until it does.
            task.underway.is_some()
        });
        let tasks = &self.tasks;
        self.agenda.retain(|(_, check)| tasks.contains_key(check));
        for entry in all.iter() {
            let check = key(entry);
            if self.tasks.contains_key(&check) {
                continue;
            }
            let due = Instant::now() + jittered(entry.plan.initial_delay);
            let task = Task {
                entry: Arc::clone(entry),
                due: Some(due),
                underway: None,
                waiters: Vec::new(),
                queued: false,
                noted: None,
            };
            self.tasks.insert(check, task);
            self.note(check);
        }
    }

    /// Does what is to be done by now, and says how long there is nothing more.
    fn work_off(&mut self) -> Duration {
        loop {
            let Some((at, check)) = self.agenda.first().copied() else { return NOTHING };
            let now = Instant::now();
            if at > now {
                return at - now;
            }
            self.agenda.pop_first();
            if let Some(task) = self.tasks.get_mut(&check) {
                task.noted = None;
            }
            self.attend(check, now);
        }
    }

    fn attend(&mut self, check: u64, now: Instant) {
        let Some(task) = self.tasks.get_mut(&check) else { return };
        if let Some(run) = &mut task.underway
            && !run.given_up
            && run.deadline <= now
        {
            run.given_up = true;
            run.underway.give_up();
            task.entry.set_stuck(true);
            let took = task.entry.plan.timeout;
            self.record(check, &Verdict::fail(reason::TIMEOUT), took);
        } else if task.due.is_some_and(|due| due <= now) {
            self.start(check);
            return;
        }
        self.note(check);
    }

    /// Starts a run, unless one is under way.
    fn start(&mut self, check: u64) {
        let Some(task) = self.tasks.get_mut(&check) else { return };
        if let Some(run) = &task.underway {
            if run.given_up {
                self.record(check, &Verdict::fail(reason::STUCK), Duration::ZERO);
                self.postpone(check, Instant::now());
            } else {
                // It is due when it ends.
                task.due = None;
            }
            self.note(check);
            return;
        }
        let blocks = matches!(task.entry.run, Run::Blocking(_));
        if blocks && self.blocking >= BLOCKING_MOST {
            if !task.queued {
                task.queued = true;
                self.queue.push_back(check);
            }
            self.note(check);
            return;
        }
        task.queued = false;
        self.runs += 1;
        let (run, started) = (self.runs, Instant::now());
        if let Ok(underway) = self.runners.start(&task.entry, check, run) {
            let deadline = started + task.entry.plan.timeout;
            task.due = None;
            task.entry.set_stuck(false);
            task.underway = Some(UnderwayRun { run, started, deadline, underway, given_up: false });
            self.blocking += usize::from(blocks);
        } else {
            // There is no thread: what is known grows stale, and it is tried again.
            task.waiters.clear();
            self.postpone(check, started);
        }
        self.note(check);
    }

    fn ended(&mut self, end: &End) {
        let Some(task) = self.tasks.get_mut(&end.check) else { return };
        if task.underway.as_ref().is_none_or(|run| run.run != end.run) {
            return;
        }
        let Some(run) = task.underway.take() else { return };
        if matches!(task.entry.run, Run::Blocking(_)) {
            self.blocking -= 1;
        }
        if run.given_up {
            task.entry.set_stuck(false);
        } else {
            self.record(end.check, &end.verdict, end.took);
            self.postpone(end.check, run.started);
        }
        self.note(end.check);
        self.forget_if_gone(end.check);
        while self.blocking < BLOCKING_MOST
            && let Some(check) = self.queue.pop_front()
        {
            if let Some(task) = self.tasks.get_mut(&check) {
                task.queued = false;
                self.start(check);
            }
        }
    }

    /// It has been taken out while it ran.
    fn forget_if_gone(&mut self, check: u64) {
        let all = self.checks.all();
        let is_gone = |task: &Task| {
            all.binary_search_by(|entry| entry.name.cmp(&task.entry.name))
                .map_or(true, |place| !Arc::ptr_eq(&all[place], &task.entry))
        };
        if self.tasks.get(&check).is_some_and(is_gone)
            && let Some(task) = self.tasks.remove(&check)
            && let Some(noted) = task.noted
        {
            self.agenda.remove(&(noted, check));
        }
    }

    /// Sets when it is due again, counted from the start of its last run.
    fn postpone(&mut self, check: u64, started: Instant) {
        let Some(task) = self.tasks.get_mut(&check) else { return };
        // Startup is over once.
        let over = task.entry.plan.kind == Kind::Startup
            && task.entry.look(|known| known.status == Status::Pass);
        let interval = task.entry.interval();
        let due = started + jittered(interval);
        task.due = (!over).then(|| on_tick(due, self.origin, interval));
    }

    /// Has the agenda know when something is to be done about it.
    fn note(&mut self, check: u64) {
        let Some(task) = self.tasks.get_mut(&check) else { return };
        let next = task.next();
        if task.noted == next {
            return;
        }
        if let Some(noted) = task.noted {
            self.agenda.remove(&(noted, check));
        }
        if let Some(next) = next {
            self.agenda.insert((next, check));
        }
        task.noted = next;
    }

    fn record(&mut self, check: u64, verdict: &Verdict, took: Duration) {
        let Some(task) = self.tasks.get_mut(&check) else { return };
        let change: Option<Change> = task.entry.record(verdict, took);
        // Whoever waited for this has it.
        task.waiters.clear();
        if let Some(change) = change {
            self.outlets.tell(&task.entry, &change, verdict.text.as_deref());
        }
        if verdict.reason == reason::TIMEOUT {
            let started = task.underway.as_ref().map_or_else(Instant::now, |run| run.started);
            self.postpone(check, started);
        }
    }

    fn freshen(&mut self, check: u64, waiter: &Arc<oneshot::Sender<()>>) {
        let Some(task) = self.tasks.get_mut(&check) else { return };
        let is_stuck = task.underway.as_ref().is_some_and(|run| run.given_up);
        if is_stuck || task.waiters.len() >= WAITERS_MOST {
            return;
        }
        task.waiters.push(Arc::clone(waiter));
        if task.underway.is_none() {
            self.start(check);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::{CheckOptions, Hooked, entry::Place, options::Plan};
    use std::sync::mpsc::channel;

    /// So that instances that were started together do not ask what they share together.
    #[test]
    fn a_tenth_of_an_interval_is_left_to_chance() {
        let interval = Duration::from_secs(10);
        let drawn: HashSet<_> = (0..1_000).map(|_| jittered(interval)).collect();
        assert!(drawn.len() > 900, "{}", drawn.len());
        let (least, most) = (drawn.iter().min().unwrap(), drawn.iter().max().unwrap());
        assert!(*least >= Duration::from_secs(9) && *least < Duration::from_millis(9_100));
        assert!(*most < Duration::from_secs(11) && *most > Duration::from_millis(10_900));
        assert_eq!(jittered(Duration::ZERO), Duration::ZERO);
    }

    /// The delay before the first run as well.
    #[test]
    fn the_first_run_is_due_when_the_delay_is_over() {
        let delay = Duration::from_secs(10);
        let options = CheckOptions::new().initial_delay(delay);
        let plan = Plan::of(&options).unwrap();
        let place = Place { file: "src/main.rs", line: 7 };
        let entries = (0..20).map(|number| {
            let run = Run::Blocking(Arc::new(Verdict::pass));
            Arc::new(Entry::new(format!("check/{number}"), plan.clone(), place, run))
        });
        let checks = Arc::new(Checks::default());
        checks.add(entries.collect()).unwrap();
        let (sender, inbox) = channel();
        let outlets = Outlets::new(Hooked::default(), Arc::default());
        let mut scheduler = Scheduler::new(checks, sender, inbox, outlets);
        let before = Instant::now();
        scheduler.change();
        let due: HashSet<_> = scheduler.tasks.values().filter_map(|task| task.due).collect();
        let spread = *due.iter().max().unwrap() - *due.iter().min().unwrap();
        assert!(due.len() == 20 && spread > Duration::from_millis(100), "{spread:?}");
        let (first, last) = (before + delay * 9 / 10, Instant::now() + delay * 11 / 10);
        assert!(due.iter().all(|due| (first..last).contains(due)));
        assert!(scheduler.work_off() > delay / 2);
    }

    #[test]
    fn what_is_due_within_a_tick_is_due_together() {
        let origin = Instant::now();
        let at = |millis| origin + Duration::from_millis(millis);
        let interval = Duration::from_millis(1_280);
        for (due, tick) in [(0, 0), (1, 10), (10, 10), (11, 20), (19, 20), (1_281, 1_290)] {
            assert_eq!(on_tick(at(due), origin, interval), at(tick), "{due}");
        }
        // Of the shortest intervals each point in time is a tick.
        assert_eq!(on_tick(at(7), origin, Duration::from_nanos(100)), at(7));
    }
}
