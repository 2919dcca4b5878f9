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
        module: ::core::module_path!(),
        function: "Store::get",
        file: ::observant::__private::file!(),
        line: ::observant::__private::line!(),
        crate_name: "PACKAGE",
        crate_version: "VERSION",
        fallible: true,
        cancellable: false,
        buckets: ::observant::__private::Buckets::Custom(&[0.5, 1.0, 2.5]),
        labels: &["team", "origin", "cached"],
    });
}
