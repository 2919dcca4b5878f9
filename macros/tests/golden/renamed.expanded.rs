mod tools {
    fn search(query: &str) -> Result<(), Error> {
        let __site = ::renamed::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [
                ::renamed::__private::label(&(true)),
                ::renamed::__private::literal("search"),
            ],
        );
        return ::renamed::__private::observe(
            __site,
            move || -> Result<(), Error> { index(query) },
            |__returned| ::renamed::__private::Probe(__returned).verdict(),
        );
        ::renamed::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::renamed::__private::Callsite = ::renamed::__private::Callsite::new(::renamed::__private::Metadata {
            module: ::core::module_path!(),
            function: "search",
            file: ::renamed::__private::file!(),
            line: ::renamed::__private::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: true,
            cancellable: false,
            buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
            labels: &["fast", "team"],
        });
    }
    fn count() -> usize {
        let __site = ::renamed::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [
                ::renamed::__private::label(&(true)),
                ::renamed::__private::literal("search"),
            ],
        );
        return ::renamed::__private::observe(
            __site,
            move || -> usize { 1 },
            move |__returned| {
                ::renamed::__private::Probe(__returned)
                    .verdict_unless(
                        ::renamed::__private::predicate(|hits| *hits == 0, __returned),
                    )
            },
        );
        ::renamed::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::renamed::__private::Callsite = ::renamed::__private::Callsite::new(::renamed::__private::Metadata {
            module: ::core::module_path!(),
            function: "count",
            file: ::renamed::__private::file!(),
            line: ::renamed::__private::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: true,
            cancellable: false,
            buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
            labels: &["fast", "team"],
        });
    }
    async fn wait() -> Result<(), Error> {
        let __site = ::renamed::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [
                ::renamed::__private::label(&(true)),
                ::renamed::__private::literal("search"),
            ],
        );
        return ::renamed::__private::observe(
            __site,
            move || -> Result<(), Error> { Ok(()) },
            |__returned| ::renamed::__private::Probe(__returned).verdict(),
        );
        ::renamed::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::renamed::__private::Callsite = ::renamed::__private::Callsite::new(::renamed::__private::Metadata {
            module: ::core::module_path!(),
            function: "wait",
            file: ::renamed::__private::file!(),
            line: ::renamed::__private::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: true,
            cancellable: false,
            buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
            labels: &["fast", "team"],
        });
    }
    fn boxed() -> Pin<Box<dyn Future<Output = ()>>> {
        let __site = ::renamed::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [
                ::renamed::__private::label(&(true)),
                ::renamed::__private::literal("search"),
            ],
        );
        return ::renamed::__private::observe_boxed_future(
            __site,
            move || -> Pin<Box<dyn Future<Output = ()>>> {
                if false {}
                spawned()
            },
            { ::renamed::__private::Verdict::ok },
        );
        ::renamed::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::renamed::__private::Callsite = ::renamed::__private::Callsite::new(::renamed::__private::Metadata {
            module: ::core::module_path!(),
            function: "boxed",
            file: ::renamed::__private::file!(),
            line: ::renamed::__private::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: false,
            cancellable: true,
            buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
            labels: &["fast", "team"],
        });
    }
    fn stream() -> impl Stream<Item = u8> {
        let __site = ::renamed::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [
                ::renamed::__private::label(&(true)),
                ::renamed::__private::literal("search"),
            ],
        );
        return ::renamed::__private::observe_stream(
            __site,
            move || {
                if false {}
                numbers()
            },
            { ::renamed::__private::Verdict::ok },
        );
        ::renamed::__private::submit! {
            __OBSERVANT_CALLSITE
        }
        static __OBSERVANT_CALLSITE: ::renamed::__private::Callsite = ::renamed::__private::Callsite::new(::renamed::__private::Metadata {
            module: ::core::module_path!(),
            function: "stream",
            file: ::renamed::__private::file!(),
            line: ::renamed::__private::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: false,
            cancellable: true,
            buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
            labels: &["fast", "team"],
        });
    }
}
