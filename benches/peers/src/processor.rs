//! Processor time: what work costs on a machine that others use too.

use std::mem::MaybeUninit;

/// Seconds of this thread, in user and kernel mode.
pub(crate) fn of_this_thread() -> f64 {
    clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// Seconds of all threads of this process.
pub(crate) fn of_this_process() -> f64 {
    clock(libc::CLOCK_PROCESS_CPUTIME_ID)
}

#[allow(clippy::cast_precision_loss)] // Nanoseconds of some hours.
fn clock(id: libc::clockid_t) -> f64 {
    let mut time = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: `time` is writable, and zero is a value of all its fields should the call fail.
    let time = unsafe {
        libc::clock_gettime(id, time.as_mut_ptr());
        time.assume_init()
    };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// Seconds of processes that were started and have ended, with all they started.
#[allow(clippy::cast_precision_loss)] // Microseconds of some hours.
pub(crate) fn of_children() -> f64 {
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: as above.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr());
        usage.assume_init()
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
