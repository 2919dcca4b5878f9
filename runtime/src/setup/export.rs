//! From settings to a running exporter: what is exported, where to, and on whose behalf.

use super::warnings;
use crate::{
    config::{Environment, Protocol, Settings, Target, Temporality},
    error::Error,
    otlp::{self, Exporter},
    registry,
    span::{self, Attribute},
};
use std::{
    env::consts::{ARCH, OS},
    process,
    sync::{Arc, OnceLock},
};

/// Starts the exporter, if anything is to be exported.
pub(super) fn start(
    settings: &Settings,
    environment: &Environment,
) -> Result<Option<Exporter>, Error> {
    if settings.sdk_disabled.value {
        return Ok(None);
    }
    let export = &settings.export;
    let tail = settings.sampling.tail.value;
    let exporters = export.traces_exporters.value;
    let spans = otlp::Spans {
        target: target(&export.traces).filter(|_| exporters.otlp),
        console: exporters.console,
        queue: export.queue.value,
        batch: export.batch.value,
        delay: export.delay.value,
        timeout: export.timeout.value,
        tail,
    };
    let metrics = target(&export.metrics).filter(|_| export.metrics_exporters.value.otlp);
    let metrics = metrics.map(|target| otlp::Metrics {
        target,
        interval: export.interval.value,
        timeout: export.metric_timeout.value,
        delta: export.temporality.value != Temporality::Cumulative,
        exponential: export.exponential.value,
    });
    let settings = otlp::Settings {
        resource: resource(settings, environment),
        spans: (spans.target.is_some() || spans.console).then_some(spans),
        metrics,
    };
    let records = settings.spans.is_some();
    let tell: otlp::Tell = Arc::new(|message: &str| warnings::tell(message));
    let exporter = otlp::start(&settings, &tell)?;
    span::set_record_all(exporter.is_some() && records && tail.is_some());
    Ok(exporter)
}

fn target(target: &Target) -> Option<otlp::Target> {
    let endpoint = target.endpoint.value.as_ref()?;
    Some(otlp::Target {
        url: endpoint.url(),
        shown: endpoint.to_string(),
        protocol: match target.protocol.value {
            Protocol::Grpc => otlp::Protocol::Grpc,
            Protocol::Http => otlp::Protocol::Http,
        },
        headers: target.headers.value.0.clone(),
        timeout: target.timeout.value,
        gzip: target.gzip.value,
        tls: otlp::Tls {
            certificate: target.certificate.value.clone(),
            client_certificate: target.client_certificate.value.clone(),
            client_key: target.client_key.value.clone(),
        },
    })
}

/// Who we are (semantic conventions 1.41, "Service", "Telemetry SDK", "Process", "Host", "OS"): what the program
/// says beats what is found out. Arguments of the process are not among it: they hold secrets.
fn resource(settings: &Settings, environment: &Environment) -> Vec<Attribute> {
    let executable = environment.executable.as_deref();
    let mut attributes = vec![
        Attribute::new("service.name", settings.service_name.value.clone()),
        Attribute::new("service.instance.id", instance()),
        Attribute::new("telemetry.sdk.name", "observant"),
        Attribute::new("telemetry.sdk.language", "rust"),
        Attribute::new("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        Attribute::new("process.pid", process::id()),
        Attribute::new("os.type", os()),
        Attribute::new("host.arch", arch()),
    ];
    let version = executable.and_then(version).map(|it| Attribute::new("service.version", it));
    let name = executable.map(|it| Attribute::new("process.executable.name", it.to_owned()));
    attributes.extend(version.into_iter().chain(name));
    for (key, told) in &settings.resource_attributes {
        attributes.retain(|known| known.key != key.as_str());
        attributes.push(Attribute::new(key.clone(), told.value.clone()));
    }
    attributes
}

/// The version of the package that the program is called after, where it has observed functions.
fn version(executable: &str) -> Option<&'static str> {
    let listing = registry::listing();
    let same = |package: &str| package.replace('-', "_") == executable.replace('-', "_");
    let mut packages = listing.functions.iter().map(|function| function.callsite.metadata());
    packages
        .find(|package| same(package.module.crate_name))
        .map(|package| package.module.crate_version)
}

/// A UUID of version 4 (RFC 9562 section 5.4), one for each process.
fn instance() -> String {
    static INSTANCE: OnceLock<String> = OnceLock::new();
    let make = || {
        let (high, low) = (span::random(), span::random());
        let (high, low) = (high & !0xf000 | 0x4000, low & (u64::MAX >> 2) | 1 << 63);
        let parts =
            (high >> 32, high >> 16 & 0xffff, high & 0xffff, low >> 48, low & 0xffff_ffff_ffff);
        format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", parts.0, parts.1, parts.2, parts.3, parts.4)
    };
    INSTANCE.get_or_init(make).clone()
}

/// As the semantic conventions call it.
fn os() -> &'static str {
    match OS {
        "macos" | "ios" => "darwin",
        "dragonfly" => "dragonflybsd",
        other => other,
    }
}

/// As the semantic conventions call it.
fn arch() -> &'static str {
    match ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "arm" => "arm32",
        "powerpc64" => "ppc64",
        "powerpc" => "ppc32",
        other => other,
    }
}
