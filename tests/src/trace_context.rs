//! What the public test suite of W3C Trace Context asks of a service, case by case, against a service that
//! answers `POST /test` as `fixtures/trace_context` does. Keys of `tracestate` are those of level 2.
//!
//! Uses the standard library alone, since the unit tests of the runtime include this file as well.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

const TRACE: &str = "12345678901234567890123456789012";
const PARENT: &str = "1234567890123456";

/// Headers in order, names in lower case.
type Headers = Vec<(String, String)>;

/// The service under test, and the server it calls back.
#[derive(Debug)]
pub struct Harness {
    service: SocketAddr,
    callbacks: SocketAddr,
    received: Arc<Mutex<Vec<Headers>>>,
    thread: Option<JoinHandle<()>>,
}

impl Harness {
    /// A harness for the service at this address.
    ///
    /// # Panics
    ///
    /// When it cannot listen.
    pub fn new(service: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let callbacks = listener.local_addr().expect("it is bound");
        let received = Arc::<Mutex<Vec<Headers>>>::default();
        let seen = Arc::clone(&received);
        let thread = std::thread::spawn(move || {
            for socket in listener.incoming() {
                // An empty connection says that it is over. What came is known before it is answered: the
                // service answers whoever asked it right after.
                let know = |headers| {
                    seen.lock().unwrap_or_else(PoisonError::into_inner).push(headers);
                };
                if answer(socket.expect("a connection"), know).is_none() {
                    break;
                }
            }
        });
        Self { service, callbacks, received, thread: Some(thread) }
    }

    /// Sends `headers` as they are, and returns those of the `count` requests that the service then made.
    fn ask(&self, headers: &[(&str, &str)], count: usize) -> Vec<Headers> {
        let callbacks = self.callbacks;
        let calls: Vec<_> = (0..count)
            .map(|n| format!(r#"{{"url":"http://{callbacks}/callback/{n}","arguments":[]}}"#))
            .collect();
        let body = format!("[{}]", calls.join(","));
        let mut request = format!(
            "POST /test HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.service,
            body.len()
        );
        for (name, value) in headers {
            request.extend([name, ": ", value, "\r\n"]);
        }
        let mut socket = TcpStream::connect(self.service).expect("the service accepts");
        socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout can be set");
        write!(socket, "{request}\r\n{body}").expect("the service reads");
        let mut response = String::new();
        socket.read_to_string(&mut response).expect("the service answers");
        assert!(response.starts_with("HTTP/1.1 200"), "{headers:?}: {response}");
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(received.len(), count, "{headers:?}");
        std::mem::take(&mut *received)
    }

    /// The context of the one request that follows.
    fn context(&self, headers: &[(&str, &str)]) -> Context {
        Context::read(&self.ask(headers, 1)[0])
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        drop(TcpStream::connect(self.callbacks));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Reads a request, hands its headers on and answers it; `None` when there is none.
fn answer(mut socket: TcpStream, know: impl FnOnce(Headers)) -> Option<()> {
    let mut reader = BufReader::new(socket.try_clone().expect("a socket can be cloned"));
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(0) | Err(_) => return None,
            Ok(_) if line.trim_end().is_empty() => break,
            Ok(_) => lines.push(line),
        }
    }
    let headers: Headers = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, length)| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    know(headers);
    let response = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    socket.write_all(response).ok()
}

/// What a service sends on.
#[derive(Clone, Debug)]
struct Context {
    trace: String,
    parent: String,
    flags: String,
    /// Members, in order.
    state: Vec<String>,
}

impl Context {
    fn read(headers: &Headers) -> Self {
        let all = |wanted: &str| -> Vec<&str> {
            let found = headers.iter().filter(|(name, _)| name == wanted);
            found.map(|(_, value)| value.as_str()).collect()
        };
        let [traceparent] = all("traceparent")[..] else { panic!("one traceparent: {headers:?}") };
        let parts: Vec<_> = traceparent.split('-').collect();
        let [version, trace, parent, flags] = parts[..] else { panic!("{traceparent}") };
        assert_eq!((version, trace.len(), parent.len(), flags.len()), ("00", 32, 16, 2));
        let hexadecimal = |text: &str| text.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
        assert!([trace, parent, flags].into_iter().all(hexadecimal), "{traceparent}");
        assert!(trace.contains(|digit| digit != '0') && parent.contains(|digit| digit != '0'));
        let list = all("tracestate").join(",");
        let members = list.split(',').map(|member| member.trim_matches([' ', '\t']));
        let state = members.filter(|member| !member.is_empty()).map(str::to_owned).collect();
        Self { trace: trace.to_owned(), parent: parent.to_owned(), flags: flags.to_owned(), state }
    }
}

fn traceparent(version: &str, trace: &str, parent: &str, flags: &str) -> String {
    format!("{version}-{trace}-{parent}-{flags}")
}

/// Every case.
///
/// # Panics
///
/// When the service does not what it must.
pub fn check(harness: &Harness) {
    traces_go_on(harness);
    traces_begin_anew(harness);
    states_go_on(harness);
    states_are_dropped(harness);
    several_requests_have_ids_of_their_own(harness);
}

fn traces_go_on(harness: &Harness) {
    let good = traceparent("00", TRACE, PARENT, "01");
    let later = format!("cc{}", &good[2..]);
    for (name, value) in [
        ("traceparent", good.clone()),
        ("TraceParent", good.clone()),
        ("TrAcEpArEnT", good.clone()),
        ("TRACEPARENT", good.clone()),
        ("traceparent", format!(" {good}")),
        ("traceparent", format!("\t{good}")),
        ("traceparent", format!("{good} ")),
        ("traceparent", format!("{good}\t")),
        ("traceparent", format!("\t {good} \t")),
        ("traceparent", format!("{later}-what-the-future-will-be-like")),
        ("traceparent", later),
    ] {
        let sent = harness.context(&[(name, &value)]);
        assert_eq!((sent.trace.as_str(), sent.flags.as_str()), (TRACE, "01"), "{name}: {value:?}");
        assert_ne!(sent.parent, PARENT, "{name}: {value:?}");
    }
    // The random flag is kept, what nobody knows is not.
    for (came, goes) in [("00", "00"), ("03", "03"), ("ff", "03")] {
        let sent = harness.context(&[("traceparent", &traceparent("00", TRACE, PARENT, came))]);
        assert_eq!((sent.trace.as_str(), sent.flags.as_str()), (TRACE, goes));
    }
}

fn traces_begin_anew(harness: &Harness) {
    let good = traceparent("00", TRACE, PARENT, "01");
    let (zeros, short) = ("0".repeat(32), &TRACE[1..]);
    let bad = [
        format!("{good}."),
        format!("{good}-what-the-future-will-be-like"),
        format!("cc{}.what-the-future-will-be-like", &good[2..]),
        traceparent("ff", TRACE, PARENT, "01"),
        traceparent(".0", TRACE, PARENT, "01"),
        traceparent("0.", TRACE, PARENT, "01"),
        traceparent("000", TRACE, PARENT, "01"),
        traceparent("0000", TRACE, PARENT, "01"),
        traceparent("0", TRACE, PARENT, "01"),
        traceparent("00", &zeros, PARENT, "01"),
        traceparent("00", &format!(".{short}"), PARENT, "01"),
        traceparent("00", &format!("{short}."), PARENT, "01"),
        traceparent("00", &format!("{TRACE}3"), PARENT, "01"),
        traceparent("00", short, PARENT, "01"),
        traceparent("00", TRACE, &zeros[..16], "01"),
        traceparent("00", TRACE, &format!(".{}", &PARENT[1..]), "01"),
        traceparent("00", TRACE, &format!("{}.", &PARENT[1..]), "01"),
        traceparent("00", TRACE, &format!("{PARENT}7"), "01"),
        traceparent("00", TRACE, &PARENT[1..], "01"),
        traceparent("00", TRACE, PARENT, ".0"),
        traceparent("00", TRACE, PARENT, "0."),
        traceparent("00", TRACE, PARENT, "001"),
        traceparent("00", TRACE, PARENT, "1"),
        good.to_uppercase().replace('1', "A"),
    ];
    let mut cases: Vec<Vec<(&str, &str)>> =
        bad.iter().map(|value| vec![("traceparent", value.as_str())]).collect();
    let other = traceparent("00", &TRACE.replace('9', "8"), PARENT, "01");
    cases.extend([
        vec![],
        vec![("trace-parent", good.as_str())],
        vec![("trace.parent", &good)],
        vec![("traceparent", &good), ("traceparent", &other)],
        vec![("traceparent", &good), ("traceparent", &good)],
        vec![("tracestate", "foo=1")],
        vec![("traceparent", &bad[0]), ("tracestate", "foo=1")],
    ]);
    for headers in cases {
        let sent = harness.context(&headers);
        let known = headers.iter().any(|(_, value)| value.contains(&sent.trace));
        assert!(!known && !TRACE.contains(&sent.trace[..8]), "{headers:?}: {sent:?}");
        assert_eq!(sent.state, [""; 0], "{headers:?}");
    }
}

/// The members that are sent on when `states` come.
fn state_of(harness: &Harness, states: &[(&str, &str)]) -> String {
    let parent = traceparent("00", TRACE, PARENT, "00");
    let headers = [&[("traceparent", parent.as_str())], states].concat();
    let sent = harness.context(&headers);
    assert_eq!(sent.trace, TRACE, "{states:?}");
    sent.state.join(",")
}

fn members(from: u32, to: u32) -> String {
    (from..=to).map(|n| format!("bar{n:02}={n:02}")).collect::<Vec<_>>().join(",")
}

fn states_go_on(harness: &Harness) {
    let key: String = ('a'..='z').chain('0'..='9').chain("_-*/".chars()).collect();
    let value: String = (' '..='~').filter(|letter| !",=".contains(*letter)).collect();
    let all = format!("{key}={value}");
    let tenant = format!("{key}@a-z0-9_-*/={value}");
    let (longest, parts) = ("z".repeat(256), format!("{}@{}", "t".repeat(241), "v".repeat(14)));
    let (longest, parts) = (format!("foo=1,{longest}=1"), format!("foo=1,{parts}=1"));
    let (first, second, third) = (members(1, 10), members(11, 20), members(21, 32));
    for (states, expected) in [
        (vec!["foo=1,bar=2"], "foo=1,bar=2"),
        (vec!["foo=1", ""], "foo=1"),
        (vec!["", "foo=1"], "foo=1"),
        (vec!["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], "foo=1,bar=2,rojo=1,congo=2,baz=3"),
        (vec!["foo=1 \t , \t bar=2, \t baz=3"], "foo=1,bar=2,baz=3"),
        (vec!["foo=1\t \t,\t \tbar=2,\t \tbaz=3"], "foo=1,bar=2,baz=3"),
        (vec!["\t foo=1 \t"], "foo=1"),
        (vec![&all], &all),
        (vec![&tenant], &tenant),
        (vec![&longest], &longest),
        (vec![&parts], &parts),
        (vec![&first, &second, &third], &members(1, 32)),
    ] {
        let states: Vec<_> = states.into_iter().map(|state| ("tracestate", state)).collect();
        assert_eq!(state_of(harness, &states), expected, "{states:?}");
    }
    for name in ["TraceState", "TrAcEsTaTe", "TRACESTATE"] {
        assert_eq!(state_of(harness, &[(name, "foo=1")]), "foo=1", "{name}");
    }
}

fn states_are_dropped(harness: &Harness) {
    let (long, many) = (format!("foo=1,{}=1", "z".repeat(257)), members(1, 33));
    for states in [
        vec![("trace-state", "foo=1")],
        vec![("trace.state", "foo=1")],
        vec![("tracestate", "")],
        vec![("tracestate", "foo=1,foo=1")],
        vec![("tracestate", "foo=1,foo=2")],
        vec![("tracestate", "foo=1"), ("tracestate", "foo=1")],
        vec![("tracestate", "foo=1"), ("tracestate", "foo=2")],
        vec![("tracestate", "foo =1")],
        vec![("tracestate", "FOO=1")],
        vec![("tracestate", "foo.bar=1")],
        vec![("tracestate", "@foo=1,bar=2")],
        vec![("tracestate", "foo=bar=baz")],
        vec![("tracestate", "foo=,bar=3")],
        vec![("tracestate", &long)],
        vec![("tracestate", &many)],
    ] {
        assert_eq!(state_of(harness, &states), "", "{states:?}");
    }
}

fn several_requests_have_ids_of_their_own(harness: &Harness) {
    let bad = traceparent("00", &"0".repeat(32), PARENT, "01");
    let good = traceparent("00", TRACE, PARENT, "01");
    for (headers, trace) in [
        (vec![("traceparent", good.as_str())], Some(TRACE)),
        (vec![], None),
        (vec![("traceparent", bad.as_str())], None),
    ] {
        let sent: Vec<_> = harness.ask(&headers, 3).iter().map(Context::read).collect();
        let same = sent.iter().all(|one| one.trace == trace.unwrap_or(&sent[0].trace));
        assert!(same, "{sent:?}");
        let [one, two, three] = [0, 1, 2].map(|place| &sent[place].parent);
        assert!(one != two && two != three && one != three, "{sent:?}");
    }
}
