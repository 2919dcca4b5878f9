//! Clients that take their time, by `slowhttptest`: headers that never end, bodies that never end, answers that are
//! hardly read, overlapping ranges. Meanwhile probes and scrapes are answered, and afterwards nothing is left.

use super::program;
use observant_tests::{
    http::{Client, Response},
    program::Program,
    prometheus::is_there,
};
use std::{
    fs, io,
    net::SocketAddr,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
    time::{Duration, Instant},
};
use tokio::{net::TcpSocket, runtime::Builder};

/// Connections of each attack; the server has 64 places.
const CONNECTIONS: &str = "300";

/// The smallest window there is, and nothing read for longer than the attack lasts.
const SLOW_READ: &[&str] = &["-X", "-w", "1", "-y", "1", "-z", "1", "-n", "5", "-k", "3"];

/// What the kubelet waits for a probe unless it is told otherwise.
const PROBE: Duration = Duration::from_secs(1);

/// Where the attacks come from, and probes too.
const HERE: &str = "127.0.0.1:0";

/// Another address of this machine, where systems have more than one.
const ELSEWHERE: &str = if cfg!(target_os = "linux") { "127.0.0.2:0" } else { HERE };

/// One request on a connection of its own, and how long it took.
fn ask(address: SocketAddr, source: &str, target: &str) -> (io::Result<Response>, Duration) {
    let start = Instant::now();
    let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime");
    let socket = runtime.block_on(async {
        let socket = TcpSocket::new_v4()?;
        socket.bind(source.parse().expect("an address"))?;
        socket.connect(address).await?.into_std()
    });
    let socket = socket.expect("the server accepts");
    socket.set_nonblocking(false).expect("it can block");
    let mut client = Client::on(socket);
    let sent = client.send(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    (sent.and_then(|()| client.response(false)), start.elapsed())
}

/// What became of requests while it was under attack.
#[derive(Debug, Default)]
struct Seen {
    probes: usize,
    /// Twice in a row without an answer of 200, or with late ones: a kubelet, too, asks again.
    failed: Vec<String>,
    slowest: Duration,
    scrapes: usize,
    /// From the address that attacks.
    refused_here: usize,
    /// From another.
    refused_elsewhere: usize,
}

/// Probes and scrapes until it is over.
fn watch(address: SocketAddr, is_over: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    let mut failed = [false; 4];
    while !is_over.load(SeqCst) {
        for (before, target) in failed.iter_mut().zip(["/live", "/ready", "/startup", "/health"]) {
            let (answer, took) = ask(address, HERE, target);
            seen.probes += 1;
            seen.slowest = seen.slowest.max(took);
            let status = answer.map(|response| response.status);
            let fails = !matches!(status, Ok(200)) || took > PROBE;
            if *before && fails {
                seen.failed.push(format!("{target} {status:?} after {took:?}"));
            }
            *before = fails;
        }
        seen.scrapes += 1;
        for (source, refused) in
            [(HERE, &mut seen.refused_here), (ELSEWHERE, &mut seen.refused_elsewhere)]
        {
            let answer = ask(address, source, "/metrics?name[]=observant_build_info").0;
            *refused += usize::from(!answer.is_ok_and(|response| response.status == 200));
        }
        thread::sleep(Duration::from_millis(10));
    }
    seen
}

/// Has `slowhttptest` do this for a while, and watches.
fn attack(program: &Program, path: &str, how: &[&str]) -> Seen {
    let address = program.address();
    let mut attack = Command::new("slowhttptest")
        .args(["-c", CONNECTIONS, "-r", "100", "-l", "3", "-i", "1", "-v", "0"])
        .args(how)
        .args(["-u", &format!("http://{address}{path}")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let is_over = AtomicBool::new(false);
    let seen = thread::scope(|scope| {
        let watched = scope.spawn(|| watch(address, &is_over));
        let _ = attack.wait();
        is_over.store(true, SeqCst);
        watched.join().expect("it has an answer to every request, or says so")
    });
    println!("{how:?}: {seen:?}");
    seen
}

fn descriptors(program: &Program) -> Option<usize> {
    Some(fs::read_dir(format!("/proc/{}/fd", program.id())).ok()?.count())
}

/// Kilobytes (proc(5), `VmRSS`).
fn memory(program: &Program) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", program.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[test]
fn slow_clients_keep_nobody_out_and_leave_nothing_behind() {
    if !is_there("slowhttptest") {
        return;
    }
    let mut program = program(&[]);
    // More than a system buffers for a client that advertises no window, at each scrape.
    program.tell("lengthen 20000");
    assert_eq!(program.get("/metrics").status, 200);
    let open = descriptors(&program);
    // What there is once everything has been used.
    let _ = attack(&program, "/metrics", SLOW_READ);
    settle(&program, open);
    let before = memory(&program);
    for (path, how) in [
        ("/ready", &["-H"][..]),
        ("/ready", &["-B", "-s", "100000"]),
        ("/metrics", &["-R"]),
        ("/metrics", SLOW_READ),
    ] {
        let seen = attack(&program, path, how);
        assert!(seen.probes >= 20, "{how:?}: {seen:?}");
        assert!(seen.failed.is_empty(), "{how:?}: {seen:?}");
        assert_eq!(seen.refused_elsewhere, 0, "{how:?}: {seen:?}");
        // Clients of one address that read slowly may keep one another from scrapes while there are enough of them.
        assert!(how == SLOW_READ || seen.refused_here == 0, "{how:?}: {seen:?}");
    }
    settle(&program, open);
    let after = memory(&program);
    println!("{before:?} kB before, {after:?} kB after");
    if let (Some(before), Some(after)) = (before, after) {
        assert!(after <= 2 * before, "{before} kB, then {after} kB");
    }
    let connections = &program.status()["server"]["connections"];
    println!("{connections:#}");
    assert_eq!(connections["refused_over_limit"], 0);
    assert!(connections["displaced_over_limit"].as_u64() > Some(300), "{connections}");
}

/// Waits until there are no more descriptors than these: the last connections are read on for a second.
fn settle(program: &Program, before: Option<usize>) {
    let start = Instant::now();
    while descriptors(program) > before {
        let (now, patience) = (descriptors(program), Duration::from_secs(60));
        assert!(start.elapsed() < patience, "{now:?} descriptors, {before:?} before");
        thread::sleep(Duration::from_millis(50));
    }
}
