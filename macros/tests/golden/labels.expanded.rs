fn get(request: &Request) -> Result<(), Error> {
    let __site = ::observant::__private::labelled(
        &__OBSERVANT_CALLSITE,
        || [
            ::observant::__private::literal("search"),
            ::observant::__private::label(&(request.origin)),
            ::observant::__private::label(&(request.cached)),
        ],
    );
    return ::observant::__private::observe(
        __site,
        move || -> Result<(), Error> { act(request) },
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
        function: "Store::get",
        line: ::observant::__private::line!(),
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Custom(&[0.5, 1.0, 2.5]),
        labels: &["team", "origin", "cached"],
    });
}
async fn load(id: u64, request: Request) -> Result<(), Error> {
    let __site = ::observant::__private::labelled(
        &__OBSERVANT_CALLSITE,
        || [::observant::__private::literal("search")],
    );
    let __site = ::observant::__private::fielded(
        &__OBSERVANT_CALLSITE,
        __site,
        |__read| {
            __read(
                &[
                    ::observant::__private::value(&(id)),
                    &::observant::__private::display(&(request)),
                    &::observant::__private::debug(&(request.origin)),
                    ::observant::__private::value(&(request.route)),
                    &::observant::__private::display(&(1)),
                ],
            );
        },
    );
    return ::observant::__private::observe_async(
            __site,
            async move {
                if false {
                    *(&mut (), &request).0 = ();
                }
                if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<
                    Result<(), Error>,
                > {
                    return __returned;
                }
                act(request).await
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
            function: "load",
            line: ::observant::__private::line!(),
            fallible: true,
            cancellable: true,
            buckets: ::observant::__private::Buckets::Default,
            labels: &["team"],
        })
        .with(
            &::observant::__private::Extras {
                spans: ::observant::__private::Spans {
                    fields: &[
                        "id",
                        "request",
                        "request.origin",
                        "http.route",
                        "odd name",
                    ],
                    level: ::observant::__private::SpanLevel::Debug,
                },
                wishes: ::observant::__private::Wishes::NONE,
                nature: ::core::option::Option::None,
            },
        );
}
