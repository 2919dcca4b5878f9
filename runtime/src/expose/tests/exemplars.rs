//! Exemplars in each format that has them.

use super::protobuf::written;
use crate::{
    expose::{Encoder, NameFilter, negotiate},
    snapshot::{Bound, Exemplar, Family, Histogram, Kind, Value, Visitor, canonical},
};

const EXEMPLAR: Exemplar = Exemplar {
    trace_id: 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c,
    span_id: 0xb7,
    value: 0.25,
    unix_nanos: 1_520_879_607_009_999_999,
};

fn visit(visitor: &mut dyn Visitor) {
    visitor.family(&Family {
        name: "observe_call_duration_seconds",
        help: "",
        kind: Kind::Histogram,
        unit: Some("seconds"),
    });
    let bounds = [0.125, 0.5].map(|upper| Bound { upper, le: canonical(upper).into() });
    let mut histogram = Histogram::new(&bounds, &[1, 2, 0], 0.5);
    histogram.exemplars = &[None, Some(EXEMPLAR), None];
    visitor.series(&[("function", "load")], &Value::Histogram(histogram));
}

fn text(accept: &str) -> String {
    let filter = NameFilter::default();
    let mut encoder = Encoder::new(negotiate(Some(accept)).document(), &filter, Vec::new());
    visit(&mut encoder);
    String::from_utf8(encoder.finish()).unwrap()
}

#[test]
fn open_metrics_has_them_behind_the_sample() {
    let document = text("application/openmetrics-text;version=1.0.0");
    let wanted = "observe_call_duration_seconds_bucket{function=\"load\",le=\"0.5\"} 3 \
                  # {trace_id=\"0af7651916cd43dd8448eb211c80319c\",span_id=\"00000000000000b7\"} \
                  0.25 1520879607.009\n";
    assert!(document.contains(wanted), "{document}");
    assert_eq!(document.matches(" # {").count(), 1, "{document}");
    let labels = EXEMPLAR.labels();
    let length: usize = labels.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(length <= 128, "OpenMetrics 1.0, \"Exemplars\": {length}");
}

#[test]
fn text_has_none() {
    let document = text("text/plain");
    assert!(document.contains("le=\"0.5\"} 3\n"), "{document}");
}

#[test]
fn protobuf_has_them_in_the_bucket() {
    let families = written(visit, 0);
    let buckets = &families[0].metric[0].histogram.as_ref().unwrap().bucket;
    let [None, Some(exemplar), None] = [0, 1, 2].map(|at: usize| buckets[at].exemplar.as_ref())
    else {
        panic!("{buckets:?}");
    };
    let labels: Vec<_> = exemplar.label.iter().map(|pair| (&*pair.name, &*pair.value)).collect();
    let wanted =
        [("trace_id", "0af7651916cd43dd8448eb211c80319c"), ("span_id", "00000000000000b7")];
    assert_eq!(labels, wanted);
    assert_eq!(exemplar.value.to_bits(), 0.25_f64.to_bits());
    let time = exemplar.timestamp.as_ref().unwrap();
    assert_eq!((time.seconds, time.nanos), (1_520_879_607, 9_000_000));
}
