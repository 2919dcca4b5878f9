//! What a forked child must not do as its parent did.

use crate::span;
use std::sync::Once;

/// From now on a child of this process draws other ids, and records nothing: the worker stayed here.
pub(super) fn prepare() {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(|| {
        #[cfg(any(target_os = "linux", target_vendor = "apple", target_os = "freebsd"))]
        // SAFETY: `child` does nothing but store to atomics, which is safe between fork and whatever
        // follows. It lives as long as the process, which it must.
        unsafe {
            libc::pthread_atfork(None, None, Some(child));
        }
    });
}

#[cfg(all(test, feature = "otlp", target_os = "linux"))]
mod tests {
    use std::{
        net::TcpListener,
        process,
        time::{Duration, Instant},
    };

    /// Everything a child may do with what its parent set up, in which nothing of it runs.
    fn child_is_fine(guard: crate::Guard) -> bool {
        let start = Instant::now();
        let delivered = crate::flush();
        drop(guard);
        !delivered && start.elapsed() < Duration::from_secs(1)
    }

    /// There is one exporter in a process, and other tests have theirs.
    #[test]
    fn a_forked_child_is_on_its_own() {
        let output = process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact"])
            .arg("setup::fork::tests::a_forked_child_neither_exports_nor_hangs")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    #[ignore = "exports from its whole process; the test above runs it in one of its own"]
    fn a_forked_child_neither_exports_nor_hangs() {
        // Nobody accepts: the parent's exporter is busy for ever.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let builder = crate::builder().listen("127.0.0.1:0").otlp(crate::Otlp::to(url));
        let guard = builder.init().unwrap();
        // SAFETY: the child ends with `_exit`, and allocates only, which glibc allows there.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let code = i32::from(!child_is_fine(guard));
            // SAFETY: ends the child.
            unsafe { libc::_exit(code) };
        }
        let start = Instant::now();
        let mut status = 0;
        // SAFETY: asks for the child of above.
        while unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == 0 {
            if start.elapsed() > Duration::from_secs(30) {
                // SAFETY: ends the child of above.
                unsafe { libc::kill(child, libc::SIGKILL) };
                panic!("the child hangs");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(status, 0, "of the child of {}", process::id());
        drop(guard);
    }
}

#[cfg_attr(
    not(any(target_os = "linux", target_vendor = "apple", target_os = "freebsd")),
    allow(dead_code)
)]
extern "C" fn child() {
    span::forked();
    span::forget_exporter();
}
