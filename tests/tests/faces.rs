//! What the public types show of themselves, and what wrappers hand on: their `Debug`, the source of an error, the length
//! of a stream, values behind references.
//!
//! In its own process, since it starts the server.

use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};
use observant::{InCurrent as _, Label, observe, testing};
use std::{
    error::Error as _,
    fmt,
    future::{Future, poll_fn},
    io,
    net::{Ipv4Addr, TcpListener},
    task::Poll,
};

#[derive(Clone, Copy, Debug, Label)]
enum Mode {
    Fast,
    Careful,
}

#[derive(Debug)]
struct Refused(&'static str);

#[test]
fn errors_have_a_source_where_the_system_refused() {
    let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = busy.local_addr().unwrap().to_string();
    let error = observant::builder().listen(address).init().unwrap_err();
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>()).unwrap();
    assert_eq!(source.kind(), io::ErrorKind::AddrInUse);
    let error = observant::builder().listen("nowhere").init().unwrap_err();
    assert!(error.is_setting() && error.source().is_none(), "{error}");
    drop(busy);

    let guard = observant::builder().listen("127.0.0.1:0").init().unwrap();
    let address = guard.local_addr().unwrap();
    assert_eq!(format!("{guard:?}"), format!("Guard {{ local_addr: Some({address}), .. }}"));
    let error = observant::builder().listen("127.0.0.1:0").init().unwrap_err();
    assert!(error.is_already_initialized() && error.source().is_none(), "{error}");
}

/// A promise of `Debug` is kept, and shows nothing of what is inside.
#[test]
fn futures_and_streams_show_themselves_without_what_they_hold() {
    #[observe]
    fn later(secret: &'static str) -> impl Future<Output = usize> + fmt::Debug {
        std::future::ready(secret.len())
    }
    #[observe]
    fn letters(secret: &'static str) -> impl Stream<Item = char> + fmt::Debug {
        stream::iter(secret.chars())
    }
    let (future, stream) = (later("hunter2"), letters("hunter2"));
    for shown in [format!("{future:?}"), format!("{stream:?}")] {
        assert!(shown.starts_with("Observed") && !shown.contains("hunter2"), "{shown}");
    }
    assert!(format!("{:?}", future.in_current()).starts_with("WithContext"));
}

#[test]
fn a_stream_tells_how_long_it_is_and_may_wait() {
    #[observe]
    fn numbers() -> impl Stream<Item = u32> + Unpin {
        let mut waited = false;
        let wait = poll_fn(move |context| {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut waited, true) { Poll::Ready(1) } else { Poll::Pending }
        });
        stream::once(wait).chain(stream::iter([2, 3]))
    }
    let capture = testing::capture();
    let mut stream = numbers();
    assert_eq!(stream.size_hint(), (3, Some(3)));
    assert!(stream.next().now_or_never().is_none(), "it waits");
    assert!(capture.calls().is_empty(), "a stream that waits goes on");
    assert_eq!(stream.next().now_or_never(), Some(Some(1)));
    assert_eq!(stream.size_hint(), (2, Some(2)));
    assert_eq!(stream.collect::<Vec<_>>().now_or_never(), Some(vec![2, 3]));
    assert_eq!(capture.calls()[0].outcome(), "ok");
}

#[test]
fn a_label_may_stand_behind_a_reference() {
    #[observe(labels(mode = &mode))]
    fn drive(mode: Mode) -> bool {
        matches!(mode, Mode::Careful)
    }
    let capture = testing::capture();
    assert_eq!([Mode::Fast, Mode::Careful].map(drive), [false, true]);
    let calls = capture.calls();
    let modes: Vec<_> = calls.iter().map(|call| call.label("mode")).collect();
    assert_eq!(modes, [Some("Fast"), Some("Careful")]);
}

/// Of what a predicate refuses, an error has the type that `error_type` says, and a value is `refused`.
#[test]
fn refused_results_have_the_type_of_their_error() {
    #[observe(ok_if = |result| matches!(result, Ok(0)), error_type = |error| error.0)]
    fn zero(result: Result<u8, Refused>) -> Result<u8, Refused> {
        result
    }
    let capture = testing::capture();
    let _ = (zero(Ok(0)), zero(Ok(1)), zero(Err(Refused("full"))));
    let calls = capture.calls();
    let types: Vec<_> = calls.iter().map(testing::Call::error_type).collect();
    assert_eq!(types, [None, Some("refused"), Some("full")]);
}
