//! Programs beside the example, for what it does not do: this process, with functions of its own, and a page with what the
//! system of this machine may not have.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use observant::{Guard, Usage, observe};

/// A tool that costs something each time.
#[observe(tool(name = "paid", cost = 0.01))]
fn paid() {}

/// A model that thinks, and knows what it read before.
#[observe(llm(provider = "fed", model = "thinker"))]
fn think() {
    let usage = Usage { input: 100, output: 50, cache_read: 40, reasoning: 20, ..Usage::default() };
    observant::current().usage(usage);
}

/// An evaluator that is not content.
#[observe(evaluator = "harsh")]
fn evaluate() {
    observant::current().score("harsh", 0.5);
}

/// A workflow that goes wrong.
#[observe(workflow)]
fn go_wrong() -> Result<(), ()> {
    Err(())
}

/// A database that is away.
#[observe(db(system = "sqlite", operation = "SELECT", collection = "nothing"))]
fn select() -> Result<(), ()> {
    Err(())
}

/// An agent that cannot do without somebody, or a tool.
#[observe(agent = "helpless")]
fn ask() {
    observant::current().human_intervention();
    paid();
}

/// A promise for a week.
#[observe(slo(name = "week", success = 90, window = "7d"))]
fn of_a_week(is_ok: bool) -> Result<(), ()> {
    if is_ok { Ok(()) } else { Err(()) }
}

/// A promise for four weeks.
#[observe(slo(name = "weeks", success = 90, window = "28d"))]
fn of_four_weeks(is_ok: bool) -> Result<(), ()> {
    if is_ok { Ok(()) } else { Err(()) }
}

/// What works until it is dropped.
#[derive(Debug)]
pub(super) struct Fed {
    stopped: Arc<AtomicBool>,
    page: SocketAddr,
    guard: Guard,
}

impl Fed {
    pub(super) fn start() -> Self {
        let guard = observant::builder().listen("127.0.0.1:0").signals(false).init();
        let guard = guard.expect("it can be set up");
        let stopped = Arc::new(AtomicBool::new(false));
        let has_stopped = Arc::clone(&stopped);
        thread::spawn(move || {
            let mut number = 0_u32;
            while !has_stopped.load(Ordering::Relaxed) {
                number += 1;
                paid();
                think();
                evaluate();
                let _ = (go_wrong(), select());
                ask();
                // One in ten is all that they may.
                let _ = of_a_week(!number.is_multiple_of(5));
                let _ = of_four_weeks(!number.is_multiple_of(5));
                thread::sleep(Duration::from_millis(50));
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let page = listener.local_addr().expect("it is bound");
        let has_stopped = Arc::clone(&stopped);
        thread::spawn(move || {
            let start = Instant::now();
            for stream in listener.incoming().map_while(Result::ok) {
                if has_stopped.load(Ordering::Relaxed) {
                    return;
                }
                // A scrape that breaks off is none of ours.
                let _ = answer(&stream, start.elapsed());
            }
        });
        Self { stopped, page, guard }
    }

    /// What is to be scraped.
    pub(super) fn targets(&self) -> [SocketAddr; 2] {
        [self.guard.local_addr().expect("it listens"), self.page]
    }
}

impl Drop for Fed {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.page);
    }
}

/// Of families that a system may not have: what `system` shows of a cgroup with limits, of a machine with disks and an
/// interface, and of one that is not Linux. Counters grow by 1 a second,
/// and of two that a share is made of one by less.
fn page(seconds: f64) -> String {
    let mut page = String::from(
        "# TYPE observant_build_info gauge\nobservant_build_info{version=\"0\"} 1\n\
         # TYPE cgroup_memory_working_set_bytes gauge\ncgroup_memory_working_set_bytes 5e8\n\
         # TYPE cgroup_memory_limit_bytes gauge\ncgroup_memory_limit_bytes 1e9\n",
    );
    for (name, pace, labels) in [
        ("cgroup_cpu_throttled_periods_total", 0.5, &[""][..]),
        ("cgroup_cpu_periods_total", 1.0, &[""]),
        ("cgroup_memory_events_total", 1.0, &["event=\"oom_kill\"", "event=\"max\""]),
        ("cgroup_pressure_stall_seconds_total", 0.5, &["resource=\"cpu\",kind=\"some\""]),
        ("system_pressure_stall_seconds_total", 0.5, &["resource=\"cpu\",kind=\"some\""]),
        ("system_disk_io_time_seconds_total", 0.5, &["system_device=\"sda\""]),
        (
            "system_disk_operation_time_seconds_total",
            0.5,
            &["system_device=\"sda\",disk_io_direction=\"read\""],
        ),
        (
            "system_disk_operations_total",
            1.0,
            &["system_device=\"sda\",disk_io_direction=\"read\""],
        ),
    ] {
        let _ = writeln!(page, "# TYPE {name} counter");
        for labels in labels {
            let _ = writeln!(page, "{name}{{{labels}}} {}", pace * seconds);
        }
    }
    page
}

fn answer(mut stream: &TcpStream, since: Duration) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let page = page(since.as_secs_f64());
    let length = page.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{page}"
    )
}
