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
                module: &::renamed::__private::Module {
                    path: ::core::module_path!(),
                    file: ::renamed::__private::file!(),
                    crate_name: "PACKAGE",
                    crate_version: "VERSION",
                },
                function: "search",
                line: ::renamed::__private::line!(),
                fallible: true,
                cancellable: false,
                buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
                labels: &["fast", "team"],
            })
            .with(
                &::renamed::__private::Extras {
                    spans: ::renamed::__private::Spans::PLAIN,
                    wishes: ::renamed::__private::Wishes {
                        slo: ::core::option::Option::Some(::renamed::__private::Slo {
                            name: ::core::option::Option::None,
                            success: ::core::option::Option::Some(99.0),
                            latency: ::core::option::Option::None,
                            days: 30,
                        }),
                        health: ::core::option::Option::Some(::renamed::__private::Health {
                            window: 300000000000,
                            min_calls: 10,
                            severity: ::renamed::__private::FunctionSeverity::Degraded,
                            degraded: ::renamed::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.1),
                                consecutive_failures: ::core::option::Option::None,
                                p95: true,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::Some(1),
                            },
                            failing: ::renamed::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.25),
                                consecutive_failures: ::core::option::Option::Some(5),
                                p95: false,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::None,
                            },
                        }),
                        deadline: ::core::option::Option::Some(300000000000),
                    },
                    nature: ::core::option::Option::None,
                },
            );
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
                module: &::renamed::__private::Module {
                    path: ::core::module_path!(),
                    file: ::renamed::__private::file!(),
                    crate_name: "PACKAGE",
                    crate_version: "VERSION",
                },
                function: "count",
                line: ::renamed::__private::line!(),
                fallible: true,
                cancellable: false,
                buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
                labels: &["fast", "team"],
            })
            .with(
                &::renamed::__private::Extras {
                    spans: ::renamed::__private::Spans::PLAIN,
                    wishes: ::renamed::__private::Wishes {
                        slo: ::core::option::Option::Some(::renamed::__private::Slo {
                            name: ::core::option::Option::None,
                            success: ::core::option::Option::Some(99.0),
                            latency: ::core::option::Option::None,
                            days: 30,
                        }),
                        health: ::core::option::Option::Some(::renamed::__private::Health {
                            window: 300000000000,
                            min_calls: 10,
                            severity: ::renamed::__private::FunctionSeverity::Degraded,
                            degraded: ::renamed::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.1),
                                consecutive_failures: ::core::option::Option::None,
                                p95: true,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::Some(1),
                            },
                            failing: ::renamed::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.25),
                                consecutive_failures: ::core::option::Option::Some(5),
                                p95: false,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::None,
                            },
                        }),
                        deadline: ::core::option::Option::Some(300000000000),
                    },
                    nature: ::core::option::Option::None,
                },
            );
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
                module: &::renamed::__private::Module {
                    path: ::core::module_path!(),
                    file: ::renamed::__private::file!(),
                    crate_name: "PACKAGE",
                    crate_version: "VERSION",
                },
                function: "wait",
                line: ::renamed::__private::line!(),
                fallible: true,
                cancellable: false,
                buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
                labels: &["fast", "team"],
            })
            .with(
                &::renamed::__private::Extras {
                    spans: ::renamed::__private::Spans::PLAIN,
                    wishes: ::renamed::__private::Wishes {
                        slo: ::core::option::Option::Some(::renamed::__private::Slo {
                            name: ::core::option::Option::None,
                            success: ::core::option::Option::Some(99.0),
                            latency: ::core::option::Option::None,
                            days: 30,
                        }),
                        health: ::core::option::Option::Some(::renamed::__private::Health {
                            window: 300000000000,
                            min_calls: 10,
                            severity: ::renamed::__private::FunctionSeverity::Degraded,
                            degraded: ::renamed::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.1),
                                consecutive_failures: ::core::option::Option::None,
                                p95: true,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::Some(1),
                            },
                            failing: ::renamed::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.25),
                                consecutive_failures: ::core::option::Option::Some(5),
                                p95: false,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::None,
                            },
                        }),
                        deadline: ::core::option::Option::Some(300000000000),
                    },
                    nature: ::core::option::Option::None,
                },
            );
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
                module: &::renamed::__private::Module {
                    path: ::core::module_path!(),
                    file: ::renamed::__private::file!(),
                    crate_name: "PACKAGE",
                    crate_version: "VERSION",
                },
                function: "boxed",
                line: ::renamed::__private::line!(),
                fallible: false,
                cancellable: true,
                buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
                labels: &["fast", "team"],
            })
            .with(
                &::renamed::__private::Extras {
                    spans: ::renamed::__private::Spans::PLAIN,
                    wishes: ::renamed::__private::Wishes {
                        slo: ::core::option::Option::Some(::renamed::__private::Slo {
                            name: ::core::option::Option::None,
                            success: ::core::option::Option::Some(99.0),
                            latency: ::core::option::Option::None,
                            days: 30,
                        }),
                        health: ::core::option::Option::Some(::renamed::__private::Health {
                            window: 300000000000,
                            min_calls: 10,
                            severity: ::renamed::__private::FunctionSeverity::Degraded,
                            degraded: ::renamed::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.1),
                                consecutive_failures: ::core::option::Option::None,
                                p95: true,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::Some(1),
                            },
                            failing: ::renamed::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.25),
                                consecutive_failures: ::core::option::Option::Some(5),
                                p95: false,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::None,
                            },
                        }),
                        deadline: ::core::option::Option::Some(300000000000),
                    },
                    nature: ::core::option::Option::None,
                },
            );
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
                module: &::renamed::__private::Module {
                    path: ::core::module_path!(),
                    file: ::renamed::__private::file!(),
                    crate_name: "PACKAGE",
                    crate_version: "VERSION",
                },
                function: "stream",
                line: ::renamed::__private::line!(),
                fallible: false,
                cancellable: true,
                buckets: ::renamed::__private::Buckets::Custom(&[0.1, 1.0]),
                labels: &["fast", "team"],
            })
            .with(
                &::renamed::__private::Extras {
                    spans: ::renamed::__private::Spans::PLAIN,
                    wishes: ::renamed::__private::Wishes {
                        slo: ::core::option::Option::Some(::renamed::__private::Slo {
                            name: ::core::option::Option::None,
                            success: ::core::option::Option::Some(99.0),
                            latency: ::core::option::Option::None,
                            days: 30,
                        }),
                        health: ::core::option::Option::Some(::renamed::__private::Health {
                            window: 300000000000,
                            min_calls: 10,
                            severity: ::renamed::__private::FunctionSeverity::Degraded,
                            degraded: ::renamed::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.1),
                                consecutive_failures: ::core::option::Option::None,
                                p95: true,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::Some(1),
                            },
                            failing: ::renamed::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.25),
                                consecutive_failures: ::core::option::Option::Some(5),
                                p95: false,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::None,
                            },
                        }),
                        deadline: ::core::option::Option::Some(300000000000),
                    },
                    nature: ::core::option::Option::None,
                },
            );
    }
}
