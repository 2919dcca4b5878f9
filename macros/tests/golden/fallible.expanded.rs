#[allow(clippy::needless_return)]
fn load<'a, T: Read, const N: usize>(
    from: &'a mut T,
    id: [u8; N],
) -> io::Result<&'a Task>
where
    T: 'a,
{
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: ::core::module_path!(),
        function: "load",
        file: ::core::file!(),
        line: ::core::line!(),
        crate_name: "PACKAGE",
        crate_version: "VERSION",
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    ::observant::__private::submit! {
        ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
    }
    return ::observant::__private::observe(
        &__OBSERVANT_CALLSITE,
        move || -> io::Result<&'a Task> {
            let bytes = from.read(id)?;
            return Ok(parse(bytes));
        },
        |__returned| ::observant::__private::Probe(__returned).verdict(),
    );
}
fn find(id: u64) -> Option<Task> {
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: ::core::module_path!(),
        function: "find",
        file: ::core::file!(),
        line: ::core::line!(),
        crate_name: "PACKAGE",
        crate_version: "VERSION",
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    ::observant::__private::submit! {
        ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
    }
    return ::observant::__private::observe(
        &__OBSERVANT_CALLSITE,
        move || -> Option<Task> { STORE.get(id) },
        move |__returned| {
            if ::observant::__private::predicate(|found| found.is_some(), __returned) {
                ::observant::__private::Verdict::OK
            } else {
                ::observant::__private::Probe(__returned).refused_with(|_| "missing")
            }
        },
    );
}
fn ask(question: &str) -> Answer {
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: ::core::module_path!(),
        function: "ask",
        file: ::core::file!(),
        line: ::core::line!(),
        crate_name: "PACKAGE",
        crate_version: "VERSION",
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    ::observant::__private::submit! {
        ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
    }
    return ::observant::__private::observe(
        &__OBSERVANT_CALLSITE,
        move || -> Answer { answer(question) },
        move |__returned| {
            ::observant::__private::Probe(__returned)
                .verdict_unless(
                    ::observant::__private::predicate(Answer::is_error, __returned),
                )
        },
    );
}
fn nested(id: u64) -> Result<Vec<Option<impl Iterator<Item = u8>>>, StoreError> {
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: ::core::module_path!(),
        function: "nested",
        file: ::core::file!(),
        line: ::core::line!(),
        crate_name: "PACKAGE",
        crate_version: "VERSION",
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Slow,
        labels: &[],
    });
    ::observant::__private::submit! {
        ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
    }
    return ::observant::__private::observe(
        &__OBSERVANT_CALLSITE,
        move || -> Result<Vec<Option<_>>, StoreError> { store(id) },
        move |__returned| {
            ::observant::__private::Probe(__returned).verdict_with(StoreError::kind)
        },
    );
}
