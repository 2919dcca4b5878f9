/// Adds.
#[must_use]
pub(crate) unsafe extern "C" fn add(left: u64, right: u64) -> u64 {
    let mut __frame = ::core::mem::MaybeUninit::uninit();
    let __entered = ::observant::__private::enter(&__OBSERVANT_CALLSITE, &mut __frame);
    ::observant::__private::submit! {
        __OBSERVANT_CALLSITE
    }
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: &::observant::__private::Module {
            path: ::core::module_path!(),
            file: ::observant::__private::file!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
        },
        function: "add",
        line: ::observant::__private::line!(),
        fallible: false,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    left + right
}
fn stop() -> ! {
    let mut __frame = ::core::mem::MaybeUninit::uninit();
    let __entered = ::observant::__private::enter(&__OBSERVANT_CALLSITE, &mut __frame);
    ::observant::__private::submit! {
        __OBSERVANT_CALLSITE
    }
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: &::observant::__private::Module {
            path: ::core::module_path!(),
            file: ::observant::__private::file!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
        },
        function: "stop",
        line: ::observant::__private::line!(),
        fallible: false,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    std::process::exit(1)
}
fn holds<T: ?Sized + Send>() {
    let mut __frame = ::core::mem::MaybeUninit::uninit();
    let __entered = ::observant::__private::enter(&__OBSERVANT_CALLSITE, &mut __frame);
    ::observant::__private::submit! {
        __OBSERVANT_CALLSITE
    }
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: &::observant::__private::Module {
            path: ::core::module_path!(),
            file: ::observant::__private::file!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
        },
        function: "holds",
        line: ::observant::__private::line!(),
        fallible: false,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    let _ = ::core::marker::PhantomData::<T>;
}
