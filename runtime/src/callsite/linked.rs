//! All callsites that were linked into the program, in one list through the callsites themselves.
//!
//! Each enters it before `main`, or when its library is loaded: an expansion puts a function among those that the
//! platform runs then. That function stores two pointers; nothing may be relied upon so early. `inventory` does the
//! same for values of any type, with two more statics for each, which would be a third of what an annotation adds to
//! a program.

use super::Callsite;
use std::{
    iter, ptr,
    sync::atomic::{
        AtomicPtr,
        Ordering::{Acquire, Relaxed, Release},
    },
};

/// What stands behind the last one, where null is behind those that are not in the list.
const END: *mut Callsite = ptr::dangling_mut();

/// Invariant: `END`, or a callsite that lives as long as its library, as do all that follow it.
static FIRST: AtomicPtr<Callsite> = AtomicPtr::new(END);

/// The callsite after this one.
pub(super) struct Next(AtomicPtr<Callsite>);

impl Next {
    /// Of one that is not in the list.
    pub(super) const fn none() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }
}

impl Callsite {
    /// Enters it in the list, once: some platforms come twice.
    pub fn register(&'static self) {
        let Next(next) = &self.next;
        if next.compare_exchange(ptr::null_mut(), END, Relaxed, Relaxed).is_err() {
            return;
        }
        let own = ptr::from_ref(self).cast_mut();
        let mut first = FIRST.load(Relaxed);
        loop {
            next.store(first, Relaxed);
            match FIRST.compare_exchange_weak(first, own, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => first = now,
            }
        }
    }
}

/// The callsites linked in so far, in no particular order.
pub(crate) fn linked() -> impl Iterator<Item = &'static Callsite> {
    let mut at = FIRST.load(Acquire);
    iter::from_fn(move || {
        if ptr::eq(at, END) {
            return None;
        }
        // SAFETY: the invariant of `FIRST`. What was entered before the first one is seen with it: each entry
        // replaced the one before in the same atomic.
        let callsite: &'static Callsite = unsafe { &*at };
        at = callsite.next.0.load(Relaxed);
        Some(callsite)
    })
}

/// Has the platform register a callsite before `main`.
#[doc(hidden)]
#[macro_export]
macro_rules! __observant_submit {
    ($callsite:ident) => {
        #[cfg_attr(
            any(target_os = "linux", target_os = "android"),
            unsafe(link_section = ".text.startup")
        )]
        extern "C" fn __observant_register() {
            $callsite.register();
        }

        #[used]
        #[cfg_attr(
            not(any(windows, target_vendor = "apple")),
            unsafe(link_section = ".init_array")
        )]
        #[cfg_attr(
            target_vendor = "apple",
            unsafe(link_section = "__DATA,__mod_init_func,mod_init_funcs")
        )]
        #[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
        static __OBSERVANT_REGISTER: extern "C" fn() = __observant_register;
    };
}

#[cfg(not(feature = "off"))]
pub use __observant_submit as submit;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callsite::{Buckets, Metadata, Module};
    use std::thread;

    fn callsite() -> &'static Callsite {
        Box::leak(Box::new(Callsite::new(Metadata {
            module: &Module {
                path: module_path!(),
                file: file!(),
                crate_name: "package",
                crate_version: "1.0.0",
            },
            function: "linked",
            line: line!(),
            fallible: false,
            cancellable: false,
            buckets: Buckets::Default,
            labels: &[],
        })))
    }

    fn times(wanted: &'static Callsite) -> usize {
        linked().filter(|callsite| ptr::eq(*callsite, wanted)).count()
    }

    #[test]
    fn each_is_there_once_however_often_it_is_entered() {
        let (twice, never) = (callsite(), callsite());
        twice.register();
        twice.register();
        assert_eq!((times(twice), times(never)), (1, 0));
    }

    #[test]
    fn none_is_lost_where_threads_enter_theirs_at_once() {
        let all: Vec<Vec<_>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let own: Vec<_> = (0..100).map(|_| callsite()).collect();
                        for callsite in &own {
                            callsite.register();
                        }
                        own
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.iter().flatten().all(|callsite| times(callsite) == 1));
    }
}
