async fn plan(task: &Task) -> Result<Plan, Error> {
    return ::observant::__private::observe_async(
            &__OBSERVANT_CALLSITE,
            async move {
                if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<
                    Result<Plan, Error>,
                > {
                    return __returned;
                }
                think(task).await
            },
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        )
        .await;
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
            function: "plan",
            line: ::observant::__private::line!(),
            fallible: true,
            cancellable: true,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        })
        .with(
            &::observant::__private::Extras {
                spans: ::observant::__private::Spans::PLAIN,
                wishes: ::observant::__private::Wishes {
                    slo: ::core::option::Option::Some(::observant::__private::Slo {
                        name: ::core::option::Option::Some("planning"),
                        success: ::core::option::Option::Some(99.5),
                        latency: ::core::option::Option::Some(::observant::__private::Latency {
                            seconds: 30.0,
                            percent: 95.0,
                        }),
                        days: 28,
                    }),
                    health: ::core::option::Option::Some(::observant::__private::Health {
                        window: 300000000000,
                        min_calls: 10,
                        severity: ::observant::__private::FunctionSeverity::Degraded,
                        degraded: ::observant::__private::Limits {
                            error_ratio: ::core::option::Option::Some(0.1),
                            consecutive_failures: ::core::option::Option::None,
                            p95: true,
                            p99: false,
                            since_success: ::core::option::Option::None,
                            panics: ::core::option::Option::Some(1),
                        },
                        failing: ::observant::__private::Limits {
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
fn look_up(key: &str) -> u8 {
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
            function: "look_up",
            line: ::observant::__private::line!(),
            fallible: false,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        })
        .with(
            &::observant::__private::Extras {
                spans: ::observant::__private::Spans {
                    fields: &[],
                    level: ::observant::__private::SpanLevel::Debug,
                },
                wishes: ::observant::__private::Wishes {
                    slo: ::core::option::Option::Some(::observant::__private::Slo {
                        name: ::core::option::Option::None,
                        success: ::core::option::Option::None,
                        latency: ::core::option::Option::Some(::observant::__private::Latency {
                            seconds: 0.00025,
                            percent: 99.0,
                        }),
                        days: 30,
                    }),
                    health: ::core::option::Option::Some(::observant::__private::Health {
                        window: 600000000000,
                        min_calls: 20,
                        severity: ::observant::__private::FunctionSeverity::Critical,
                        degraded: ::observant::__private::Limits {
                            error_ratio: ::core::option::Option::Some(0.1),
                            consecutive_failures: ::core::option::Option::None,
                            p95: false,
                            p99: true,
                            since_success: ::core::option::Option::None,
                            panics: ::core::option::Option::Some(1),
                        },
                        failing: ::observant::__private::Limits {
                            error_ratio: ::core::option::Option::Some(0.5),
                            consecutive_failures: ::core::option::Option::None,
                            p95: false,
                            p99: false,
                            since_success: ::core::option::Option::Some(3600000000000),
                            panics: ::core::option::Option::Some(3),
                        },
                    }),
                    deadline: ::core::option::Option::None,
                },
                nature: ::core::option::Option::None,
            },
        );
    0
}
impl Store {
    fn load(&self) -> Result<(), Error> {
        return ::observant::__private::observe(
            &__OBSERVANT_CALLSITE,
            move || -> Result<(), Error> { self.read() },
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
                function: "Store::load",
                line: ::observant::__private::line!(),
                fallible: true,
                cancellable: false,
                buckets: ::observant::__private::Buckets::Default,
                labels: &[],
            })
            .with(
                &::observant::__private::Extras {
                    spans: ::observant::__private::Spans::PLAIN,
                    wishes: ::observant::__private::Wishes {
                        slo: ::core::option::Option::Some(::observant::__private::Slo {
                            name: ::core::option::Option::None,
                            success: ::core::option::Option::Some(99.9),
                            latency: ::core::option::Option::None,
                            days: 30,
                        }),
                        health: ::core::option::Option::Some(::observant::__private::Health {
                            window: 300000000000,
                            min_calls: 10,
                            severity: ::observant::__private::FunctionSeverity::Degraded,
                            degraded: ::observant::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.1),
                                consecutive_failures: ::core::option::Option::None,
                                p95: true,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::Some(1),
                            },
                            failing: ::observant::__private::Limits {
                                error_ratio: ::core::option::Option::None,
                                consecutive_failures: ::core::option::Option::Some(5),
                                p95: false,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::None,
                            },
                        }),
                        deadline: ::core::option::Option::None,
                    },
                    nature: ::core::option::Option::None,
                },
            );
    }
    fn save(&self) -> Result<(), Error> {
        return ::observant::__private::observe(
            &__OBSERVANT_CALLSITE,
            move || -> Result<(), Error> { self.write() },
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
                function: "Store::save",
                line: ::observant::__private::line!(),
                fallible: true,
                cancellable: false,
                buckets: ::observant::__private::Buckets::Default,
                labels: &[],
            })
            .with(
                &::observant::__private::Extras {
                    spans: ::observant::__private::Spans::PLAIN,
                    wishes: ::observant::__private::Wishes {
                        slo: ::core::option::Option::Some(::observant::__private::Slo {
                            name: ::core::option::Option::None,
                            success: ::core::option::Option::Some(90.0),
                            latency: ::core::option::Option::None,
                            days: 30,
                        }),
                        health: ::core::option::Option::Some(::observant::__private::Health {
                            window: 300000000000,
                            min_calls: 10,
                            severity: ::observant::__private::FunctionSeverity::Degraded,
                            degraded: ::observant::__private::Limits {
                                error_ratio: ::core::option::Option::Some(0.1),
                                consecutive_failures: ::core::option::Option::None,
                                p95: true,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::Some(1),
                            },
                            failing: ::observant::__private::Limits {
                                error_ratio: ::core::option::Option::None,
                                consecutive_failures: ::core::option::Option::Some(5),
                                p95: false,
                                p99: false,
                                since_success: ::core::option::Option::None,
                                panics: ::core::option::Option::None,
                            },
                        }),
                        deadline: ::core::option::Option::Some(3600000000000),
                    },
                    nature: ::core::option::Option::None,
                },
            );
    }
}
