//! What `/metrics` says, read by readers that are not ours; and that our own reader of the tests is as strict as it
//! claims, since so much rests on it.

use observant_tests::parse::{Dialect, parse};

#[test]
fn the_reader_reads_both_formats() {
    let text = "# HELP a_total A \"b\" \\\\ \\n c\n# TYPE a_total counter\na_total{x=\"\\\"\\\\\\n,}\",y=\"\"} 1\na_total 2.5\n\
                # TYPE b gauge\nb NaN\nb{x=\"1\"} -Inf\n";
    let families = parse(text, Dialect::Text).unwrap();
    assert_eq!(families.len(), 2);
    assert_eq!((&*families[0].name, &*families[0].kind), ("a_total", "counter"));
    assert_eq!(families[0].help, "A \"b\" \\ \n c");
    assert_eq!(families[0].samples[0].label("x"), Some("\"\\\n,}"));
    assert_eq!(families[0].samples[0].label("y"), Some(""));
    assert_eq!(families[0].samples[1].value().to_bits(), 2.5_f64.to_bits());
    assert!(families[1].samples[0].value().is_nan());

    let open_metrics = "# TYPE a_seconds histogram\n# UNIT a_seconds seconds\n# HELP a_seconds A.\n\
                        a_seconds_bucket{le=\"1.0\"} 1\na_seconds_bucket{le=\"+Inf\"} 3\na_seconds_sum 4.5\na_seconds_count 3\n\
                        # TYPE b counter\nb_total 1\n# TYPE c info\nc_info{x=\"y\"} 1\n# EOF\n";
    let families = parse(open_metrics, Dialect::OpenMetrics).unwrap();
    assert_eq!(families.len(), 3);
    assert_eq!((&*families[0].unit, families[0].samples.len()), ("seconds", 4));
}

#[test]
fn the_reader_refuses_what_a_text_scraper_may() {
    for (document, complaint) in [
        ("# TYPE a gauge\na 1", "line feed"),
        ("a 1\n", "before any family"),
        ("# TYPE a gauge\n", "no samples"),
        ("# TYPE a gauge\nb 1\n", "not a sample"),
        ("# TYPE a gauge\na 1\n# TYPE a gauge\na{x=\"y\"} 1\n", "twice"),
        ("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\na{x=\"y\"} 1\n", "not a sample"),
        ("# TYPE a gauge\n# HELP a late\na 1\n", "out of order"),
        ("# HELP a x\n# HELP a x\n# TYPE a gauge\na 1\n", "HELP twice"),
        ("# TYPE a gauge\n# UNIT a x\na 1\n", "comment"),
        ("# TYPE a gauge\n# EOF\na 1\n", "comment"),
        ("# TYPE a gauge\na 1\na 1\n", "series twice"),
        ("# TYPE a gauge\na{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n", "series twice"),
        ("# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n", "label name"),
        ("# TYPE a gauge\na{1x=\"1\"} 1\n", "label name"),
        ("# TYPE a gauge\na{x=\"1} 1\n", "without end"),
        ("# TYPE a gauge\na{x=\"\\t\"} 1\n", "bad escape"),
        ("# TYPE a gauge\na{x=\"\r\"} 1\n", "control character"),
        ("# TYPE a gauge\na{x=\"1\"}1\n", "no space"),
        ("# TYPE a gauge\na{x=\"1\" 1\n", "no `}`"),
        ("# TYPE a gauge\na one\n", "bad number"),
        ("# TYPE a gauge\na inf\n", "bad number"),
        ("# TYPE a gauge\na\n", "no value"),
        ("# TYPE 1a gauge\n1a 1\n", "family name"),
        ("# TYPE a_total counter\na_total -1\n", "negative"),
        ("# TYPE a counter\na_total 1\n", "not a sample"),
        ("# TYPE a widget\na 1\n", "not a sample"),
    ] {
        let error = parse(document, Dialect::Text).unwrap_err();
        assert!(error.contains(complaint), "{document:?}: {error}");
    }
}

#[test]
fn the_reader_refuses_histograms_that_do_not_add_up() {
    let histogram = |lines: &str| parse(&format!("# TYPE h histogram\n{lines}"), Dialect::Text);
    let whole = "h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3.0\nh_count 2\n";
    assert!(histogram(whole).is_ok());
    for (from, to) in [
        ("\"1.0\"} 1", "\"1.0\"} 3"),
        ("\"1.0\"", "\"1\""),
        ("h_count 2", "h_count 1"),
        ("h_bucket{le=\"+Inf\"} 2\n", ""),
        ("h_bucket{le=\"1.0\"} 1\n", "h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"0.5\"} 1\n"),
        ("h_sum 3.0\n", ""),
        ("h_sum 3.0\nh_count 2\n", "h_count 2\nh_sum 3.0\n"),
        ("h_bucket{le=\"+Inf\"} 2", "h_bucket{x=\"y\",le=\"+Inf\"} 2"),
        ("h_count 2", "h_count{x=\"y\"} 2"),
        ("\"+Inf\"} 2", "\"+Inf\"} 2.5"),
    ] {
        let broken = whole.replacen(from, to, 1);
        assert_ne!(broken, whole);
        assert!(histogram(&broken).is_err(), "{broken}");
    }
}

#[test]
fn the_reader_refuses_what_an_open_metrics_scraper_may() {
    for (document, complaint) in [
        ("# TYPE a gauge\na 1\n", "EOF"),
        ("# TYPE a gauge\na 1\n# EOF", "EOF"),
        ("# TYPE a gauge\na 1\n# EOF\n# EOF\n", "comment"),
        ("# HELP a x\n# TYPE a gauge\na 1\n# EOF\n", "out of order"),
        (
            "# TYPE a_seconds gauge\n# HELP a_seconds x\n# UNIT a_seconds seconds\na_seconds 1\n# EOF\n",
            "out of order",
        ),
        ("# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n", "not a suffix"),
        ("# TYPE a_total counter\na_total 1\n# EOF\n", "not a sample"),
        ("# TYPE a_info info\na_info 1\n# EOF\n", "not a sample"),
        ("# TYPE a info\na_info 2\n# EOF\n", "not 1"),
        ("# TYPE a gauge\n# HELP a \"\na 1\n# EOF\n", "bare double quote"),
    ] {
        let error = parse(document, Dialect::OpenMetrics).unwrap_err();
        assert!(error.contains(complaint), "{document:?}: {error}");
    }
}
