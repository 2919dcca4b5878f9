async fn complete(request: Request) -> Result<Response, ApiError> {
    let __site = ::observant::__private::kinded(
        &__OBSERVANT_CALLSITE,
        &__OBSERVANT_CALLSITE,
        |__tell| {
            __tell(::observant::__private::Given::Model, &(request.model));
        },
    );
    return ::observant::__private::observe_async(
            __site,
            async move {
                if false {
                    *(&mut (), &request).0 = ();
                }
                if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<
                    Result<Response, ApiError>,
                > {
                    return __returned;
                }
                send(request).await
            },
            move |__returned| {
                ::observant::__private::Probe(__returned)
                    .when_ok(|__value| ::observant::__private::told_usage(
                        |response| (response.prompt_tokens, response.completion_tokens),
                        __value,
                    ));
                ::observant::__private::Probe(__returned).verdict()
            },
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
            function: "complete",
            line: ::observant::__private::line!(),
            fallible: true,
            cancellable: true,
            buckets: ::observant::__private::Buckets::Slow,
            labels: &[],
        })
        .with(
            &::observant::__private::Extras {
                spans: ::observant::__private::Spans::PLAIN,
                wishes: ::observant::__private::Wishes::NONE,
                nature: ::core::option::Option::Some(::observant::__private::Nature {
                    kind: ::observant::__private::FunctionKind::Llm,
                    given: &[(::observant::__private::Given::Provider, "openai")],
                }),
            },
        );
}
async fn call(name: &str, arguments: Value) -> ToolResult {
    let __site = ::observant::__private::kinded(
        &__OBSERVANT_CALLSITE,
        &__OBSERVANT_CALLSITE,
        |__tell| {
            __tell(::observant::__private::Given::Name, &(name));
        },
    );
    return ::observant::__private::observe_async(
            __site,
            async move {
                if false {
                    *(&mut (), &arguments).0 = ();
                }
                if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<
                    ToolResult,
                > {
                    return __returned;
                }
                run(name, arguments).await
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
            function: "call",
            line: ::observant::__private::line!(),
            fallible: true,
            cancellable: true,
            buckets: ::observant::__private::Buckets::Slow,
            labels: &[],
        })
        .with(
            &::observant::__private::Extras {
                spans: ::observant::__private::Spans::PLAIN,
                wishes: ::observant::__private::Wishes::NONE,
                nature: ::core::option::Option::Some(::observant::__private::Nature {
                    kind: ::observant::__private::FunctionKind::Tool,
                    given: &[],
                }),
            },
        );
}
fn think(question: &str) -> String {
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
            function: "think",
            line: ::observant::__private::line!(),
            fallible: false,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Slow,
            labels: &[],
        })
        .with(
            &::observant::__private::Extras {
                spans: ::observant::__private::Spans::PLAIN,
                wishes: ::observant::__private::Wishes::NONE,
                nature: ::core::option::Option::Some(::observant::__private::Nature {
                    kind: ::observant::__private::FunctionKind::Agent,
                    given: &[],
                }),
            },
        );
    question.to_owned()
}
fn select(table: &str) -> Result<Vec<Row>, StoreError> {
    let __site = ::observant::__private::kinded(
        &__OBSERVANT_CALLSITE,
        &__OBSERVANT_CALLSITE,
        |__tell| {
            __tell(::observant::__private::Given::Collection, &(table));
        },
    );
    return ::observant::__private::observe(
        __site,
        move || -> Result<Vec<Row>, StoreError> { rows(table) },
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
            function: "select",
            line: ::observant::__private::line!(),
            fallible: true,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &[],
        })
        .with(
            &::observant::__private::Extras {
                spans: ::observant::__private::Spans::PLAIN,
                wishes: ::observant::__private::Wishes::NONE,
                nature: ::core::option::Option::Some(::observant::__private::Nature {
                    kind: ::observant::__private::FunctionKind::Db,
                    given: &[
                        (::observant::__private::Given::System, "sqlite"),
                        (::observant::__private::Given::Operation, "SELECT"),
                        (::observant::__private::Given::Port, "5432"),
                    ],
                }),
            },
        );
}
fn find(key: &str) -> Result<Row, StoreError> {
    return ::observant::__private::observe(
        &__OBSERVANT_CALLSITE,
        move || -> Result<Row, StoreError> { row(key) },
        move |__returned| {
            if ::observant::__private::Probe(__returned)
                .is_control_flow(|error| matches!(error, StoreError::NotFound))
            {
                ::observant::__private::Verdict::OK
            } else {
                ::observant::__private::Probe(__returned).verdict()
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
fn embed(provider: Provider, cached: bool, texts: &[String]) -> Result<Vectors, Error> {
    let __site = ::observant::__private::labelled(
        &__OBSERVANT_CALLSITE,
        || [::observant::__private::label(&(cached))],
    );
    let __site = ::observant::__private::fielded(
        &__OBSERVANT_CALLSITE,
        __site,
        |__read| {
            __read(&[::observant::__private::value(&(texts.len()))]);
        },
    );
    let __site = ::observant::__private::kinded(
        &__OBSERVANT_CALLSITE,
        __site,
        |__tell| {
            __tell(::observant::__private::Given::Provider, &(provider));
        },
    );
    return ::observant::__private::observe(
        __site,
        move || -> Result<Vectors, Error> {
            if false {
                *(&mut (), &provider).0 = ();
            }
            vectors(provider, texts)
        },
        move |__returned| {
            ::observant::__private::Probe(__returned)
                .when_ok(|__value| ::observant::__private::told_model(
                    |vectors| &vectors.model,
                    __value,
                ));
            ::observant::__private::Probe(__returned)
                .when_ok(|__value| ::observant::__private::told_usage(
                    Vectors::usage,
                    __value,
                ));
            if ::observant::__private::Probe(__returned)
                .is_control_flow(Error::is_expected)
            {
                ::observant::__private::Verdict::OK
            } else {
                if ::observant::__private::predicate(
                    |result| result.as_ref().is_ok_and(|vectors| !vectors.is_empty()),
                    __returned,
                ) {
                    ::observant::__private::Verdict::OK
                } else {
                    ::observant::__private::Probe(__returned).refused()
                }
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
            function: "embed",
            line: ::observant::__private::line!(),
            fallible: true,
            cancellable: false,
            buckets: ::observant::__private::Buckets::Default,
            labels: &["cached"],
        })
        .with(
            &::observant::__private::Extras {
                spans: ::observant::__private::Spans {
                    fields: &["count"],
                    level: ::observant::__private::SpanLevel::Debug,
                },
                wishes: ::observant::__private::Wishes::NONE,
                nature: ::core::option::Option::Some(::observant::__private::Nature {
                    kind: ::observant::__private::FunctionKind::Embedding,
                    given: &[
                        (::observant::__private::Given::Model, "small"),
                        (::observant::__private::Given::InProcess, "true"),
                        (::observant::__private::Given::Dimensions, "1536"),
                    ],
                }),
            },
        );
}
fn stream(prompt: String) -> impl Stream<Item = Token> {
    return ::observant::__private::observe_stream(
        &__OBSERVANT_CALLSITE,
        move || {
            if false {}
            tokens(prompt)
        },
        move |__returned| {
            ::observant::__private::Probe::<Token>(__returned)
                .when_ok(|__value| ::observant::__private::told_model(
                    Token::model,
                    __value,
                ));
            ::observant::__private::Probe::<Token>(__returned).verdict()
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
            function: "stream",
            line: ::observant::__private::line!(),
            fallible: false,
            cancellable: true,
            buckets: ::observant::__private::Buckets::Slow,
            labels: &[],
        })
        .with(
            &::observant::__private::Extras {
                spans: ::observant::__private::Spans::PLAIN,
                wishes: ::observant::__private::Wishes::NONE,
                nature: ::core::option::Option::Some(::observant::__private::Nature {
                    kind: ::observant::__private::FunctionKind::Llm,
                    given: &[(::observant::__private::Given::Provider, "local")],
                }),
            },
        );
}
impl Tasks {
    fn short(&self) {
        let mut __frame = ::core::mem::MaybeUninit::uninit();
        let __entered = ::observant::__private::enter(
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
                function: "Tasks::short",
                line: ::observant::__private::line!(),
                fallible: false,
                cancellable: false,
                buckets: ::observant::__private::Buckets::Slow,
                labels: &[],
            })
            .with(
                &::observant::__private::Extras {
                    spans: ::observant::__private::Spans::PLAIN,
                    wishes: ::observant::__private::Wishes::NONE,
                    nature: ::core::option::Option::Some(::observant::__private::Nature {
                        kind: ::observant::__private::FunctionKind::Task,
                        given: &[(::observant::__private::Given::Mode, "simple")],
                    }),
                },
            );
    }
    fn long(&self) -> Result<(), Error> {
        return ::observant::__private::observe(
            &__OBSERVANT_CALLSITE,
            move || -> Result<(), Error> { self.work() },
            move |__returned| {
                if ::observant::__private::Probe(__returned)
                    .is_control_flow(|error| error.is_deferred())
                {
                    ::observant::__private::Verdict::OK
                } else {
                    ::observant::__private::Probe(__returned).verdict()
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
                function: "Tasks::long",
                line: ::observant::__private::line!(),
                fallible: true,
                cancellable: false,
                buckets: ::observant::__private::Buckets::Slow,
                labels: &[],
            })
            .with(
                &::observant::__private::Extras {
                    spans: ::observant::__private::Spans::PLAIN,
                    wishes: ::observant::__private::Wishes::NONE,
                    nature: ::core::option::Option::Some(::observant::__private::Nature {
                        kind: ::observant::__private::FunctionKind::Task,
                        given: &[(::observant::__private::Given::Mode, "simple")],
                    }),
                },
            );
    }
    fn other(&self, id: u64) -> u64 {
        let __site = ::observant::__private::kinded(
            &__OBSERVANT_CALLSITE,
            &__OBSERVANT_CALLSITE,
            |__tell| {
                __tell(::observant::__private::Given::Ticket, &(id));
            },
        );
        let mut __frame = ::core::mem::MaybeUninit::uninit();
        let __entered = ::observant::__private::enter(__site, &mut __frame);
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
                function: "Tasks::other",
                line: ::observant::__private::line!(),
                fallible: false,
                cancellable: false,
                buckets: ::observant::__private::Buckets::Slow,
                labels: &[],
            })
            .with(
                &::observant::__private::Extras {
                    spans: ::observant::__private::Spans::PLAIN,
                    wishes: ::observant::__private::Wishes::NONE,
                    nature: ::core::option::Option::Some(::observant::__private::Nature {
                        kind: ::observant::__private::FunctionKind::Task,
                        given: &[(::observant::__private::Given::Mode, "complex")],
                    }),
                },
            );
        id
    }
    async fn remote(&self) {
        let __site = ::observant::__private::kinded(
            &__OBSERVANT_CALLSITE,
            &__OBSERVANT_CALLSITE,
            |__tell| {
                __tell(::observant::__private::Given::Name, &(self.name));
            },
        );
        let mut __frame = ::core::mem::MaybeUninit::uninit();
        let __entered = ::observant::__private::enter(__site, &mut __frame);
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
                function: "Tasks::remote",
                line: ::observant::__private::line!(),
                fallible: false,
                cancellable: false,
                buckets: ::observant::__private::Buckets::Slow,
                labels: &[],
            })
            .with(
                &::observant::__private::Extras {
                    spans: ::observant::__private::Spans::PLAIN,
                    wishes: ::observant::__private::Wishes::NONE,
                    nature: ::core::option::Option::Some(::observant::__private::Nature {
                        kind: ::observant::__private::FunctionKind::Agent,
                        given: &[
                            (::observant::__private::Given::Version, "2"),
                            (::observant::__private::Given::Remote, "true"),
                        ],
                    }),
                },
            );
    }
}
