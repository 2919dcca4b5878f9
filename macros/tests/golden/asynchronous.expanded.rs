pub async fn plan(task: &Task) -> Result<Plan, AgentError> {
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: ::core::module_path!(),
        function: "plan",
        file: ::core::file!(),
        line: ::core::line!(),
        crate_name: "PACKAGE",
        crate_version: "VERSION",
        fallible: true,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    ::observant::__private::submit! {
        ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
    }
    return ::observant::__private::observe_async(
            &__OBSERVANT_CALLSITE,
            async move {
                if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<
                    Result<Plan, AgentError>,
                > {
                    return __returned;
                }
                {
                    let draft = draft(task).await?;
                    Ok(draft.into())
                }
            },
            |__returned| ::observant::__private::Probe(__returned).verdict(),
        )
        .await;
}
async fn sleep() {
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: ::core::module_path!(),
        function: "sleep",
        file: ::core::file!(),
        line: ::core::line!(),
        crate_name: "PACKAGE",
        crate_version: "VERSION",
        fallible: false,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    ::observant::__private::submit! {
        ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
    }
    return ::observant::__private::observe_async(
            &__OBSERVANT_CALLSITE,
            async move {
                if false {
                    return;
                }
                {
                    rest().await;
                }
            },
            |_| ::observant::__private::Verdict::OK,
        )
        .await;
}
async unsafe fn forever() -> ! {
    static __OBSERVANT_CALLSITE: ::observant::__private::Callsite = ::observant::__private::Callsite::new(::observant::__private::Metadata {
        module: ::core::module_path!(),
        function: "forever",
        file: ::core::file!(),
        line: ::core::line!(),
        crate_name: "PACKAGE",
        crate_version: "VERSION",
        fallible: false,
        cancellable: true,
        buckets: ::observant::__private::Buckets::Default,
        labels: &[],
    });
    ::observant::__private::submit! {
        ::observant::__private::Registration(& [& __OBSERVANT_CALLSITE])
    }
    ::observant::__private::observe_async(
            &__OBSERVANT_CALLSITE,
            async move {
                loop {
                    rest().await;
                }
            },
            |_| ::observant::__private::Verdict::OK,
        )
        .await
}
