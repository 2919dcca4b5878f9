/// Adds.
#[must_use]
pub(crate) unsafe extern "C" fn add(left: u64, right: u64) -> u64 {
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: ::core::module_path!(),
        function: "add",
        file: ::core::file!(),
        line: ::core::line!(),
        crate_name: "PACKAGE",
        crate_version: "VERSION",
        fallible: false,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    ::observant::__private::submit! {
        ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
    }
    let mut __frame = ::observant::__private::Frame::new();
    let __entered = ::observant::__private::enter(&__OBSERVANT_CALLSITE, &mut __frame);
    { left + right }
}
fn stop() -> ! {
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: ::core::module_path!(),
        function: "stop",
        file: ::core::file!(),
        line: ::core::line!(),
        crate_name: "PACKAGE",
        crate_version: "VERSION",
        fallible: false,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    ::observant::__private::submit! {
        ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
    }
    let mut __frame = ::observant::__private::Frame::new();
    let __entered = ::observant::__private::enter(&__OBSERVANT_CALLSITE, &mut __frame);
    { std::process::exit(1) }
}
