fn load<'a, T: Read, const N: usize>(
    from: &'a mut T,
    id: [u8; N],
) -> io::Result<&'a Task>
where
    T: 'a,
{
    #![allow(clippy::needless_return)]
    return ::observant::__private::observe(
        &__OBSERVANT_CALLSITE,
        move || -> io::Result<&'_ Task> {
            let bytes = from.read(id)?;
            return Ok(parse(bytes));
        },
        |__returned| ::observant::__private::Probe(__returned).verdict(),
    );
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
        function: "load",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
fn find(id: u64) -> Option<Task> {
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
        function: "find",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
fn ask(question: &str) -> Answer {
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
        function: "ask",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
fn nested(id: u64) -> Result<Vec<Option<impl Iterator<Item = u8>>>, StoreError> {
    return ::observant::__private::observe(
        &__OBSERVANT_CALLSITE,
        move || -> Result<Vec<Option<_>>, StoreError> { store(id) },
        move |__returned| {
            ::observant::__private::Probe(__returned).verdict_with(StoreError::kind)
        },
    );
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
        function: "nested",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Slow,
        labels: &[],
    });
}
fn endless(depth: u64) -> Result<u64, StoreError> {
    let mut __frame = ::core::mem::MaybeUninit::uninit();
    let __entered = ::observant::__private::enter_judged(
        &__OBSERVANT_CALLSITE,
        &mut __frame,
    );
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
        function: "endless",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    let __returned: Result<u64, StoreError> = '__body: {
        if depth == 0 {
            break '__body Ok(0);
        }
        endless(depth - 1)
    };
    __entered
        .leave(
            &__returned,
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        );
    return __returned;
}
fn lent<'a>(into: &'a mut Task, text: String) -> Result<&'a str, StoreError> {
    return ::observant::__private::observe(
        &__OBSERVANT_CALLSITE,
        || -> Result<&'_ str, StoreError> {
            if false {
                *(&mut (), into).0 = ();
                loop {}
            }
            into.read(&text)
        },
        |__returned| ::observant::__private::Probe(__returned).verdict(),
    );
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
        function: "lent",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
}
