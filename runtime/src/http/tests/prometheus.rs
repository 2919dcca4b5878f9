//! A real Prometheus scrapes what no honest program would show: every kind of family, and label values made to break
//! out of their quotes. What it stored is what we meant.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{
    Limits, get, pages,
    scraper::{Prometheus, promtool_check},
    serve_with,
};
use crate::snapshot::{Bound, Family, Histogram, Kind, Value, Visitor, canonical};

/// Written by us, and as Prometheus must have it.
const HOSTILE: [(&str, &str); 9] = [
    ("plain", "plain"),
    ("quote \" brace } 1", "quote \" brace } 1"),
    ("back\\slash \\n", "back\\slash \\n"),
    ("two\nlines", "two\nlines"),
    ("return\rbell\u{7}nul\0del\u{7f}", "return␍bell␇nul␀del␡"),
    ("tab\tis kept", "tab\tis kept"),
    ("\n# EOF\n", "\n# EOF\n"),
    ("é \u{85} \u{2028} 漢 🦀", "é \u{85} \u{2028} 漢 🦀"),
    ("a=\"b\",c=\"d\"", "a=\"b\",c=\"d\""),
];

fn hostile(visitor: &mut dyn Visitor) {
    let family = |name, kind, unit| Family { name, help: "Help \\ of \"all\"\nkinds.", kind, unit };
    visitor.family(&family("hostile_calls_total", Kind::Counter, None));
    for (index, (value, _)) in HOSTILE.iter().enumerate() {
        visitor.series(&[("value", value)], &Value::Unsigned(index as u64));
    }
    let uppers = [0.000_01, 0.005, 1.0, 1_000_000.0];
    let bounds = uppers.map(|upper| Bound { upper, le: canonical(upper).into() });
    visitor.family(&family("hostile_duration_seconds", Kind::Histogram, Some("seconds")));
    for (value, _) in HOSTILE {
        visitor.series(
            &[("value", value)],
            &Value::Histogram(Histogram::new(&bounds, &[1, 0, 2, 0, 3], 4.5)),
        );
    }
    visitor.family(&family("hostile_function_info", Kind::Info, None));
    visitor.series(&[("file", "src\\main.rs")], &Value::Unsigned(1));
    visitor.family(&family("hostile_ratio", Kind::Gauge, Some("ratio")));
    for (kind, value) in
        [("big", 1e300), ("small", 5e-324), ("minus", -0.5), ("infinite", f64::INFINITY)]
    {
        visitor.series(&[("kind", kind)], &Value::Float(value));
    }
}

fn value(found: &[Json]) -> &str {
    assert_eq!(found.len(), 1, "{found:?}");
    found[0]["value"][1].as_str().unwrap()
}

#[test]
fn a_real_prometheus_stores_what_we_meant() {
    let server = serve_with(
        Limits::default(),
        super::Pages { metrics: Arc::new(|visitor, _| hostile(visitor)), ..pages() },
    );
    let Some(prometheus) = Prometheus::scraping(&[server.local_addr()]) else { return };
    let targets = prometheus.scraped();
    assert_eq!(targets[0]["lastError"], "");

    let found = prometheus.query_until_found("hostile_calls_total");
    assert_eq!(found.len(), HOSTILE.len());
    for (index, (_, stored)) in HOSTILE.iter().enumerate() {
        let series = found.iter().find(|series| series["metric"]["value"] == **stored);
        let series = series.unwrap_or_else(|| panic!("{stored:?} is not in {found:?}"));
        assert_eq!(series["value"][1], index.to_string());
    }
    for (le, count) in [("1e-05", "1"), ("0.005", "1"), ("1.0", "3"), ("1e+06", "3"), ("+Inf", "6")]
    {
        let query = format!("hostile_duration_seconds_bucket{{value='plain',le='{le}'}}");
        assert_eq!(value(&prometheus.query(&query)), count, "{le}");
    }
    assert_eq!(value(&prometheus.query("hostile_duration_seconds_sum{value='plain'}")), "4.5");
    assert_eq!(value(&prometheus.query("hostile_duration_seconds_count{value='plain'}")), "6");
    assert_eq!(prometheus.query("hostile_duration_seconds_count").len(), HOSTILE.len());
    assert_eq!(value(&prometheus.query("hostile_function_info{file='src\\\\main.rs'}")), "1");
    for (kind, stored) in
        [("big", "1e+300"), ("small", "5e-324"), ("minus", "-0.5"), ("infinite", "+Inf")]
    {
        let text = value(&prometheus.query(&format!("hostile_ratio{{kind='{kind}'}}"))).to_owned();
        assert_eq!(text.parse::<f64>(), stored.parse(), "{kind}");
    }
    // It negotiated OpenMetrics: only there do families have a unit.
    let answer = prometheus.ask("/api/v1/targets/metadata?metric=hostile_duration_seconds");
    assert_eq!(answer["data"][0]["unit"], json!("seconds"));
    assert_eq!(answer["data"][0]["type"], json!("histogram"));
    assert_eq!(answer["data"][0]["help"], json!("Help \\ of \"all\"\nkinds."));
}

/// `promtool` reads text 0.0.4 only, so the other format needs the scrape above.
#[test]
fn promtool_finds_no_fault_with_the_text() {
    let server = serve_with(
        Limits::default(),
        super::Pages { metrics: Arc::new(|visitor, _| hostile(visitor)), ..pages() },
    );
    let document = get(server.local_addr(), "/metrics");
    if let Some(verdict) = promtool_check(document.text()) {
        assert_eq!(verdict, Ok(()));
    }
}
