//! The end by a signal: `/ready` at 503, drain, flush, and then the signal takes its course.
//!
//! Only Ctrl-C (`SIGINT`) and `SIGTERM`, and only while their disposition is the default one. Whoever in
//! the program takes one over, before us or after, has it for himself: not with a crate that shares
//! handlers, since such a crate cannot tell that somebody else listens too. On Windows nothing is handled.

use std::time::Duration;

/// What is done between a signal and the end.
pub(super) struct Ending {
    /// How long requests are still served, if any are.
    pub(super) drain: Duration,
    /// The program is not ready any more.
    pub(super) not_ready: Option<Box<dyn FnOnce() + Send>>,
    /// Delivers what there is.
    pub(super) flush: Option<Box<dyn FnOnce() + Send>>,
}

#[cfg(unix)]
pub(super) use unix::{Handled, handle};

#[cfg(not(unix))]
pub(super) struct Handled;

#[cfg(not(unix))]
pub(super) fn handle(_: Ending) -> Option<Handled> {
    None
}

#[cfg(unix)]
mod unix {
    use super::Ending;
    use crate::background;
    use std::{
        io::{self, IsTerminal as _, PipeReader, PipeWriter, Read as _, Write as _, pipe},
        mem::MaybeUninit,
        os::fd::AsRawFd as _,
        process, ptr,
        sync::{
            Mutex, MutexGuard, OnceLock, PoisonError,
            atomic::{AtomicI32, Ordering::SeqCst},
        },
        thread::{self, JoinHandle},
        time::Duration,
    };

    const HANDLED: [libc::c_int; 2] = [libc::SIGINT, libc::SIGTERM];

    /// Says to the thread that it is not needed any more.
    const OVER: u8 = 0;

    /// The end of the pipe that handlers write to: open as long as the process lives.
    static PIPE: AtomicI32 = AtomicI32::new(-1);
    /// Whose process the handlers were installed in.
    static PROCESS: AtomicI32 = AtomicI32::new(0);
    static ENDING: Mutex<Option<Ending>> = Mutex::new(None);

    fn ending() -> MutexGuard<'static, Option<Ending>> {
        ENDING.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signals are handled until this is dropped.
    pub(in crate::setup) struct Handled {
        thread: Option<JoinHandle<()>>,
    }

    /// Handles what nobody else handles; `None` where that is nothing, or where it cannot be done.
    pub(in crate::setup) fn handle(end: Ending) -> Option<Handled> {
        static ENDS: OnceLock<Option<(Mutex<PipeReader>, PipeWriter)>> = OnceLock::new();
        if !HANDLED.iter().any(|signal| disposition(*signal) == libc::SIG_DFL) {
            return None;
        }
        let make = || pipe().ok().map(|(reader, writer)| (Mutex::new(reader), writer));
        let (reader, writer) = ENDS.get_or_init(make).as_ref()?;
        PIPE.store(writer.as_raw_fd(), SeqCst);
        PROCESS.store(libc::pid_t::try_from(process::id()).ok()?, SeqCst);
        *ending() = Some(end);
        let wait = || wait(&mut reader.lock().unwrap_or_else(PoisonError::into_inner));
        let thread = background::spawn("observant-exit", wait).ok()?;
        for signal in HANDLED {
            if disposition(signal) == libc::SIG_DFL {
                dispose(signal, handler as *const () as libc::sighandler_t);
            }
        }
        Some(Handled { thread: Some(thread) })
    }

    impl Drop for Handled {
        fn drop(&mut self) {
            if libc::pid_t::try_from(process::id()).ok() != Some(PROCESS.load(SeqCst)) {
                // A forked child: the thread stayed with the parent, and the pipe is the parent's too.
                return;
            }
            for signal in HANDLED {
                if disposition(signal) == handler as *const () as libc::sighandler_t {
                    dispose(signal, libc::SIG_DFL);
                }
            }
            // A signal that came just before is still obeyed, and the drop is a part of that end.
            let over = ending().take().is_some();
            if let (true, Some(thread)) = (over, self.thread.take())
                && thread.thread().id() != thread::current().id()
            {
                let mut pipe = PipeEnd;
                let _ = pipe.write_all(&[OVER]);
                let _ = thread.join();
            }
        }
    }

    /// The writing end, for threads that are no handlers.
    struct PipeEnd;

    impl io::Write for PipeEnd {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // SAFETY: the descriptor is open for as long as the process lives, and the buffer is `bytes`.
            let written =
                unsafe { libc::write(PIPE.load(SeqCst), bytes.as_ptr().cast(), bytes.len()) };
            usize::try_from(written).map_err(|_| io::Error::last_os_error())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The life of the thread.
    fn wait(pipe: &mut PipeReader) {
        let mut came = [OVER];
        // `read_exact` goes on where a read was interrupted.
        if pipe.read_exact(&mut came).is_err() || came[0] == OVER {
            return;
        }
        let signal = libc::c_int::from(came[0]);
        let end = ending().take();
        if let Some(Ending { drain, not_ready, flush }) = end {
            if let Some(not_ready) = not_ready {
                not_ready();
                tell_of(drain);
                thread::sleep(drain);
            }
            if let Some(flush) = flush {
                flush();
            }
        }
        take_its_course(signal);
    }

    /// Whoever sits before a terminal would take the drain for a program that hangs.
    fn tell_of(drain: Duration) {
        let mut terminal = io::stderr();
        if !drain.is_zero() && terminal.is_terminal() {
            let _ = writeln!(
                terminal,
                "observant: not ready any more, and ends in {drain:?} (OBSERVANT_DRAIN); the same signal once more ends it at once"
            );
        }
    }

    /// Ends the program by the signal, so that its exit status says so.
    fn take_its_course(signal: libc::c_int) {
        let mut set = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: `sigemptyset` initializes the set before it is used; the rest touches the mask of this
        // thread, which is ours, and sends a signal.
        unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            libc::sigaddset(set.as_mut_ptr(), signal);
            libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut());
            libc::raise(signal);
        }
        // The first process of a container is not ended by a default disposition. Somebody who took the
        // signal over meanwhile knows what to do.
        if disposition(signal) == libc::SIG_DFL {
            // SAFETY: ends the process, as the signal would have.
            unsafe { libc::_exit(128 + signal) };
        }
    }

    /// Runs where a signal was delivered, on any thread, between any two instructions: only what POSIX lists as safe
    /// there (`signal-safety`).
    extern "C" fn handler(signal: libc::c_int) {
        // The kernel has reset the disposition before it called this (`SA_RESETHAND`): so the next signal
        // ends the program at once. Whoever has put a handler over this one, and calls it from there,
        // listens himself, and it is for him to end.
        if disposition(signal) != libc::SIG_DFL {
            return;
        }
        // SAFETY: has no preconditions.
        let process = unsafe { libc::getpid() };
        if process != PROCESS.load(SeqCst) {
            // A forked child, in which nobody waits. Delivered once this returns.
            // SAFETY: sends a signal to this very process.
            unsafe { libc::kill(process, signal) };
            return;
        }
        for other in HANDLED {
            if disposition(other) == handler as *const () as libc::sighandler_t {
                dispose(other, libc::SIG_DFL);
            }
        }
        let [byte, ..] = signal.to_le_bytes();
        // SAFETY: the descriptor is open for as long as the process lives. A handler must leave `errno` alone.
        unsafe {
            let errno = errno();
            let before = *errno;
            libc::write(PIPE.load(SeqCst), ptr::from_ref(&byte).cast(), 1);
            *errno = before;
        }
    }

    #[cfg(any(
        target_os = "linux",
        target_os = "hurd",
        target_os = "redox",
        target_os = "dragonfly"
    ))]
    unsafe fn errno() -> *mut libc::c_int {
        // SAFETY: has no preconditions.
        unsafe { libc::__errno_location() }
    }

    #[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
    unsafe fn errno() -> *mut libc::c_int {
        // SAFETY: has no preconditions.
        unsafe { libc::__error() }
    }

    #[cfg(not(any(
        target_os = "linux",
        target_os = "hurd",
        target_os = "redox",
        target_os = "dragonfly",
        target_vendor = "apple",
        target_os = "freebsd"
    )))]
    unsafe fn errno() -> *mut libc::c_int {
        // SAFETY: has no preconditions.
        unsafe { libc::__errno() }
    }

    /// Who handles a signal.
    fn disposition(signal: libc::c_int) -> libc::sighandler_t {
        let mut now = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: asks without changing anything; zeros are a valid `sigaction` if it fails.
        unsafe {
            libc::sigaction(signal, ptr::null(), now.as_mut_ptr());
            now.assume_init().sa_sigaction
        }
    }

    fn dispose(signal: libc::c_int, handler: libc::sighandler_t) {
        // SAFETY: zeros are a valid `sigaction`; the handler is one that takes a signal's number alone.
        unsafe {
            let mut action = MaybeUninit::<libc::sigaction>::zeroed().assume_init();
            action.sa_sigaction = handler;
            // Calls of the program are not interrupted.
            action.sa_flags = libc::SA_RESTART | libc::SA_RESETHAND;
            libc::sigemptyset(&raw mut action.sa_mask);
            libc::sigaction(signal, &raw const action, ptr::null_mut());
        }
    }
}
