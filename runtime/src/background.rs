//! Threads of our own: no signal of the program is delivered to them. Uses nothing of the crate.

use std::{
    io,
    thread::{self, JoinHandle},
};

/// Starts a thread that no signal is delivered to: those of the program belong to the program, which may
/// wait for them on a thread of its own, or block them after we were started.
pub(crate) fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    signals::blocked(|| thread::Builder::new().name(name.to_owned()).spawn(run))
}

#[cfg(unix)]
mod signals {
    //! The signal mask of a thread, which those it starts inherit (POSIX, `pthread_sigmask`).

    use std::{mem::MaybeUninit, ptr};

    /// What a thread does to itself, and what a profiler asks of every thread.
    const LEFT: [libc::c_int; 8] = [
        libc::SIGABRT,
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
        libc::SIGPROF,
        libc::SIGSEGV,
        libc::SIGSYS,
        libc::SIGTRAP,
    ];

    /// Runs `start` with all other signals blocked on this thread. A socket that a client has closed then
    /// answers with an error where `SIGPIPE` would end the program.
    pub(super) fn blocked<R>(start: impl FnOnce() -> R) -> R {
        let mut ours = MaybeUninit::<libc::sigset_t>::uninit();
        let mut before = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: both sets are live memory of the right type; `sigfillset` initializes the first, and
        // `pthread_sigmask` the second.
        unsafe {
            libc::sigfillset(ours.as_mut_ptr());
            for signal in LEFT {
                libc::sigdelset(ours.as_mut_ptr(), signal);
            }
            libc::pthread_sigmask(libc::SIG_BLOCK, ours.as_ptr(), before.as_mut_ptr());
        }
        let result = start();
        // SAFETY: `before` was initialized above.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut()) };
        result
    }
}

#[cfg(not(unix))]
mod signals {
    /// There are none.
    pub(super) fn blocked<R>(start: impl FnOnce() -> R) -> R {
        start()
    }
}
