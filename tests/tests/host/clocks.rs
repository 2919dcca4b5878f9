//! Clocks that cannot be trusted. What the C library says of time passes through a few lines of C that this test
//! compiles and that the program loads before it.

use super::{LOOPBACK, host};
use observant_tests::program::Program;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// `STEP_WALL`: every reading of the wall clock is a day and a bit away from the one before, back and forth.
/// `RACE`: the file of this name makes the monotonic clock run at double speed, once it exists.
/// `STEP_BACK`: every third reading of the monotonic clock is 10 ms before the others.
/// `NO_COUNTER`: the kernel does not offer the time-stamp counter as a clock source.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int (*real_clock)(clockid_t, struct timespec *);
static int (*real_open)(const char *, int, ...);

static struct timespec shifted(struct timespec from, long long nanoseconds) {
    long long sum = from.tv_sec * 1000000000LL + from.tv_nsec + nanoseconds;
    struct timespec to = {sum / 1000000000LL, sum % 1000000000LL};
    return to;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static struct timespec raced;
    static unsigned readings;
    if (!real_clock) real_clock = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real_clock(clock, now);
    if (result) return result;
    unsigned reading = __atomic_fetch_add(&readings, 1, __ATOMIC_RELAXED);
    if (clock == CLOCK_REALTIME && getenv("STEP_WALL"))
        now->tv_sec += reading % 2 ? 90000 : -90000;
    if (clock == CLOCK_MONOTONIC && getenv("STEP_BACK") && reading % 3 == 0)
        *now = shifted(*now, -10000000LL);
    const char *race = getenv("RACE");
    if (clock == CLOCK_MONOTONIC && race && access(race, F_OK) == 0) {
        if (!raced.tv_sec) raced = *now;
        *now = shifted(*now, (now->tv_sec - raced.tv_sec) * 1000000000LL + now->tv_nsec - raced.tv_nsec);
    }
    return 0;
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    if (!real_open) real_open = dlsym(RTLD_NEXT, "open64");
    const char *other = getenv("NO_COUNTER");
    if (other && strstr(path, "available_clocksource")) path = other;
    return real_open(path, flags, mode);
}
"#;

/// The library to load first; `None` where there is no C compiler, or no such way to load one.
fn shim() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (source, library) = (folder.join("clocks.c"), folder.join("clocks.so"));
        fs::write(&source, SHIM).unwrap();
        let compiler = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(&source)
            .args(["-ldl"])
            .output();
        let works = compiler.is_ok_and(|output| {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            true
        });
        let works = works && cfg!(target_os = "linux");
        assert!(works || env::var_os("CI").is_none(), "this test needs Linux and `cc`");
        if !works {
            eprintln!("skipped: this test needs Linux and `cc`");
        }
        works.then_some(library)
    });
    built.as_deref()
}

/// The program under clocks of this kind.
fn under(variable: &str, value: &str) -> Option<Program> {
    let shim = shim()?.to_str().unwrap();
    Some(Program::start(host(), &[("LD_PRELOAD", shim), (variable, value)]))
}

/// What `/status` says the clock is.
fn clock(program: &Program) -> String {
    program.status()["process"]["clock"].as_str().unwrap().to_owned()
}

/// The sums of durations on `/metrics`, in seconds, and how many there are.
fn sums(program: &Program) -> (f64, usize) {
    let metrics = program.get("/metrics");
    let sums: Vec<f64> = metrics
        .text()
        .lines()
        .filter(|line| line.starts_with("observe_call_duration_seconds_sum"))
        .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
        .collect();
    assert!(sums.iter().all(|sum| *sum >= 0.0 && sum.is_finite()));
    (sums.iter().sum(), sums.len())
}

/// Does this machine offer the counter? Else there is nothing to give up.
fn has_counter() -> bool {
    let mut program = Program::start(host(), &[]);
    program.init(LOOPBACK);
    clock(&program) == "time-stamp counter"
}

#[test]
fn a_kernel_that_struck_the_counter_off_is_believed() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clocksources");
    fs::write(&file, "hpet acpi_pm\n").unwrap();
    let Some(mut program) = under("NO_COUNTER", file.to_str().unwrap()) else { return };
    program.init(LOOPBACK);
    assert_eq!(clock(&program), "monotonic");
    let start = std::time::Instant::now();
    program.tell("call-all 10000");
    let most = start.elapsed().as_secs_f64();
    let (sum, _) = sums(&program);
    assert!(sum > 0.0 && sum <= most, "{sum} s of calls within {most} s");
    program.end();
}

#[test]
fn a_counter_that_drifts_is_given_up_and_said() {
    let race = Path::new(env!("CARGO_TARGET_TMPDIR")).join("race");
    let _ = fs::remove_file(&race);
    let Some(mut program) = under("RACE", race.to_str().unwrap()) else { return };
    if !has_counter() {
        return;
    }
    program.init(LOOPBACK);
    program.tell("call-all 100");
    program.get("/metrics");
    assert_eq!(clock(&program), "time-stamp counter");
    fs::write(&race, "").unwrap();
    // Whoever looks now and then sees the two part.
    while clock(&program) != "monotonic" {
        program.get("/metrics");
    }
    let before = sums(&program).0;
    program.tell("call-all 100");
    assert!(sums(&program).0 > before, "calls are measured as before");
    let warnings = program.status()["warnings"].to_string();
    assert!(warnings.contains("the time-stamp counter drifts"), "{warnings}");
    let told = program.end();
    assert_eq!(told.matches("the time-stamp counter drifts").count(), 1, "{told}");
}

#[test]
fn a_monotonic_clock_that_steps_back_harms_nobody() {
    let Some(mut program) = under("STEP_BACK", "1") else { return };
    program.tell("call-all 1");
    program.init(LOOPBACK);
    program.tell("gather 4 3");
    program.tell("disperse");
    let (sum, series) = sums(&program);
    assert!(series >= 1_000 && sum < 86_400.0, "{sum} s");
    assert_eq!(program.status()["totals"]["in_flight"], 0);
    program.end();
}

#[test]
fn a_wall_clock_that_steps_moves_no_series() {
    let Some(mut program) = under("STEP_WALL", "1") else { return };
    program.init(LOOPBACK);
    program.tell("call-all 10");
    let (sum, _) = sums(&program);
    assert!(sum < 3_600.0, "{sum} s: durations are not of the wall clock");
    let created = |program: &Program| {
        let accept = "Accept: application/openmetrics-text; version=1.0.0";
        let response =
            observant_tests::http::Client::connect(program.address()).get("/metrics", &[accept]);
        let line = |line: &&str| line.contains("_created{") && line.contains("f0");
        response.text().lines().filter(line).map(str::to_owned).collect::<Vec<_>>()
    };
    let first = created(&program);
    assert_eq!(created(&program), first, "a series begins once");
    let since =
        |program: &Program| program.status()["process"]["observed_since_unix_seconds"].clone();
    assert_eq!(since(&program), since(&program));
    program.end();
}
