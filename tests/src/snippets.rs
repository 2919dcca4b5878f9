//! The Rust snippets of the documents, compiled as doctests of this crate. Nothing else lives here.

#[doc = include_str!("../../README.md")]
#[derive(Debug)]
pub struct Readme;

#[doc = include_str!("../../ARCHITECTURE.md")]
#[derive(Debug)]
pub struct Architecture;

#[doc = include_str!("../../CONTRIBUTING.md")]
#[derive(Debug)]
pub struct Contributing;

#[doc = include_str!("../../docs/guide/getting-started.md")]
#[derive(Debug)]
pub struct GettingStarted;

#[doc = include_str!("../../docs/guide/axum.md")]
#[derive(Debug)]
pub struct Axum;

#[doc = include_str!("../../docs/guide/agents.md")]
#[derive(Debug)]
pub struct Agents;

#[doc = include_str!("../../docs/guide/kubernetes.md")]
#[derive(Debug)]
pub struct Kubernetes;

#[doc = include_str!("../../docs/guide/slos.md")]
#[derive(Debug)]
pub struct Slos;

#[doc = include_str!("../../docs/guide/traces.md")]
#[derive(Debug)]
pub struct Traces;

#[doc = include_str!("../../docs/guide/troubleshooting.md")]
#[derive(Debug)]
pub struct Troubleshooting;

#[doc = include_str!("../../docs/guide/coming-from-autometrics.md")]
#[derive(Debug)]
pub struct ComingFromAutometrics;

#[doc = include_str!("../../docs/guide/coming-from-instrument.md")]
#[derive(Debug)]
pub struct ComingFromInstrument;

#[doc = include_str!("../../docs/guide/coming-from-metrics.md")]
#[derive(Debug)]
pub struct ComingFromMetrics;

#[doc = include_str!("../../docs/reference/endpoints.md")]
#[derive(Debug)]
pub struct EndpointsReference;

#[doc = include_str!("../../docs/reference/health.md")]
#[derive(Debug)]
pub struct HealthReference;

#[doc = include_str!("../../docs/reference/kinds.md")]
#[derive(Debug)]
pub struct KindsReference;

#[doc = include_str!("../../docs/reference/lifecycle.md")]
#[derive(Debug)]
pub struct LifecycleReference;

#[doc = include_str!("../../docs/reference/metrics.md")]
#[derive(Debug)]
pub struct MetricsReference;

#[doc = include_str!("../../docs/reference/promises.md")]
#[derive(Debug)]
pub struct PromisesReference;

#[doc = include_str!("../../docs/reference/spans.md")]
#[derive(Debug)]
pub struct SpansReference;

#[doc = include_str!("../../docs/reference/testing.md")]
#[derive(Debug)]
pub struct TestingReference;
