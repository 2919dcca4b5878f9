mod tools {
    fn search(query: &str) -> Result<(), Error> {
        static __OBSERVANT_CALLSITE: ::renamed::__private::Callsite = ::renamed::__private::Callsite::new(::renamed::__private::Metadata {
            module: ::core::module_path!(),
            function: "search",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: true,
            cancellable: false,
            buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
            labels: &["fast", "team"],
        });
        ::renamed::__private::submit! {
            ::renamed::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
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
    }
    fn count() -> usize {
        static __OBSERVANT_CALLSITE: ::renamed::__private::Callsite = ::renamed::__private::Callsite::new(::renamed::__private::Metadata {
            module: ::core::module_path!(),
            function: "count",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: true,
            cancellable: false,
            buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
            labels: &["fast", "team"],
        });
        ::renamed::__private::submit! {
            ::renamed::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
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
    }
    async fn wait() -> Result<(), Error> {
        static __OBSERVANT_CALLSITE: ::renamed::__private::Callsite = ::renamed::__private::Callsite::new(::renamed::__private::Metadata {
            module: ::core::module_path!(),
            function: "wait",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: true,
            cancellable: true,
            buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
            labels: &["fast", "team"],
        });
        ::renamed::__private::submit! {
            ::renamed::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
        let __site = ::renamed::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [
                ::renamed::__private::label(&(true)),
                ::renamed::__private::literal("search"),
            ],
        );
        return ::renamed::__private::observe_async(
                __site,
                async move {
                    if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<
                        Result<(), Error>,
                    > {
                        return __returned;
                    }
                    { Ok(()) }
                },
                |__returned| ::renamed::__private::Probe(__returned).verdict(),
            )
            .await;
    }
    fn boxed() -> Pin<Box<dyn Future<Output = ()>>> {
        static __OBSERVANT_CALLSITE: ::renamed::__private::Callsite = ::renamed::__private::Callsite::new(::renamed::__private::Metadata {
            module: ::core::module_path!(),
            function: "boxed",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: false,
            cancellable: true,
            buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
            labels: &["fast", "team"],
        });
        ::renamed::__private::submit! {
            ::renamed::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
        let __site = ::renamed::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [
                ::renamed::__private::label(&(true)),
                ::renamed::__private::literal("search"),
            ],
        );
        return ::std::boxed::Box::pin(
            ::renamed::__private::observe_future(
                __site,
                move || -> Pin<Box<dyn Future<Output = ()>>> { spawned() },
                |_| ::renamed::__private::Verdict::OK,
            ),
        );
    }
    fn stream() -> impl Stream<Item = u8> {
        static __OBSERVANT_CALLSITE: ::renamed::__private::Callsite = ::renamed::__private::Callsite::new(::renamed::__private::Metadata {
            module: ::core::module_path!(),
            function: "stream",
            file: ::core::file!(),
            line: ::core::line!(),
            crate_name: "PACKAGE",
            crate_version: "VERSION",
            fallible: false,
            cancellable: true,
            buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
            labels: &["fast", "team"],
        });
        ::renamed::__private::submit! {
            ::renamed::__private::Registration(& [& __OBSERVANT_CALLSITE])
        }
        let __site = ::renamed::__private::labelled(
            &__OBSERVANT_CALLSITE,
            || [
                ::renamed::__private::label(&(true)),
                ::renamed::__private::literal("search"),
            ],
        );
        return ::renamed::__private::observe_stream(
            __site,
            move || { numbers() },
            |_| ::renamed::__private::Verdict::OK,
        );
    }
}
