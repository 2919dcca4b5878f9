//! A thousand checks, and what they cost.

use super::{
    super::{
        Kind,
        report::{Answer, answer, overall},
    },
    *,
};

#[test]
fn a_thousand_checks_that_hang_keep_no_probe_waiting() {
    let (checks, engine) = engine();
    let options = CheckOptions::new().timeout(Duration::from_millis(20));
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = Arc::new(std::sync::Mutex::new(gate));
    let all: Vec<_> = (0..1_000)
        .map(|_| {
            let gate = Arc::clone(&gate);
            made(options, move || {
                let gate = Arc::clone(&gate);
                Check::blocking(move || {
                    let _ = gate.lock().unwrap().recv();
                })
            })
        })
        .collect();
    let registered = add(&checks, "all", all);
    until("some are stuck", || {
        checks.all().iter().filter(|entry| entry.look(|known| known.stuck)).count() >= 100
    });
    let mut times: Vec<Duration> = (0..500)
        .map(|_| {
            let (start, now) = (Instant::now(), Instant::now());
            let all = checks.all();
            let fails = |entry: &&Arc<Entry>| {
                matches!(answer(entry, Kind::Readiness, now), Answer::Fails(_))
            };
            assert_eq!(all.iter().filter(fails).count(), 1_000);
            assert_ne!(overall(&all, now), Status::Pass);
            start.elapsed()
        })
        .collect();
    times.sort();
    // The median, on a machine that may be busy with a build that is not optimized.
    assert!(times[250] < Duration::from_millis(50), "{:?}", times[250]);
    drop(open);
    drop(registered);
    engine.stop();
}
