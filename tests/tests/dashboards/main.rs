//! `dashboards/` under Prometheus' own tools: unit tests in the runtime hold the files against what the code writes, and
//! against what it emits.

mod rules;
