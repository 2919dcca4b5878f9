//! What dashboards ask: every query of every panel, variable and annotation, with variables filled in as Grafana does.

use observant_tests::prometheus::Prometheus;
use serde_json::Value;

/// Long enough for all that a run does to be within it.
const RATE_INTERVAL: &str = "1m";
/// What is shown: longer than the run, as usual.
const RANGE: &str = "1h";

/// A query, and what is done with its answer.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// Board and panel, for whoever reads of a fault.
    pub(super) place: String,
    /// As it stands on the board.
    pub(super) expr: String,
    /// A template over labels.
    legend: String,
    /// Grafana's name for what the numbers are.
    unit: String,
}

impl Question {
    /// Whether its answer is a share of something.
    pub(super) fn is_share(&self) -> bool {
        self.unit == "percentunit"
    }

    /// Whether it is about how calls, runs or tasks end.
    pub(super) fn is_of_outcomes(&self) -> bool {
        let labels = ["outcome=", "status=", "error_type!="];
        self.is_share() && labels.iter().any(|label| self.expr.contains(label))
    }

    /// What legends name, and a series does not have. That of a native histogram's heatmap has its bounds in itself.
    pub(super) fn missing_labels(&self, series: &Value) -> Vec<&str> {
        let named = self.legend.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
        let is_there = |label: &&str| {
            !series["metric"][*label].is_null()
                || (*label == "le" && !series["histogram"].is_null())
        };
        named.map(str::trim).filter(|label| !is_there(label)).collect()
    }
}

/// The questions of a board but those of its variables.
pub(super) fn of(name: &str, board: &Value) -> Vec<Question> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let panels = board["panels"].as_array().expect("panels").iter();
    let targets = panels.flat_map(|panel| {
        let unit = text(&panel["fieldConfig"]["defaults"]["unit"]);
        let targets = panel["targets"].as_array().into_iter().flatten();
        targets.map(move |target| Question {
            place: format!("{name}, {}", panel["title"]),
            expr: text(&target["expr"]),
            legend: text(&target["legendFormat"]),
            unit: unit.clone(),
        })
    });
    let marks = board["annotations"]["list"].as_array().expect("annotations").iter();
    let marks = marks.map(|mark| Question {
        place: format!("{name}, mark {}", mark["name"]),
        expr: text(&mark["expr"]),
        legend: text(&mark["titleFormat"]),
        unit: String::new(),
    });
    targets.chain(marks).collect()
}

/// What stands for the variables of a board.
#[derive(Debug, Default)]
pub(super) struct Filling(Vec<(String, String)>);

impl Filling {
    /// All of everything, by what each variable says that means.
    pub(super) fn all(board: &Value) -> Self {
        let variables = queried(board).map(|variable| {
            let all = variable["allValue"].as_str().expect("what `All` is");
            (name(variable), all.to_owned())
        });
        Self(variables.collect())
    }

    /// Every value that Prometheus has for each variable, chosen one by one; those without any are returned.
    pub(super) fn each(board: &Value, prometheus: &Prometheus) -> (Self, Vec<String>) {
        let (mut filling, mut without) = (Self::default(), Vec::new());
        for variable in queried(board) {
            let query = variable["query"]["query"].as_str().expect("a query");
            let inner = query.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
            let (selector, label) = inner.and_then(|it| it.rsplit_once(", ")).expect("both");
            let values = prometheus.label_values(&filling.fill(selector), label);
            if values.is_empty() {
                without.push(query.to_owned());
            }
            // As Grafana writes several values into a regular expression that is in quotes.
            let escaped: Vec<_> = values.iter().map(|value| escaped(value)).collect();
            filling.0.push((name(variable), format!("({})", escaped.join("|"))));
        }
        (filling, without)
    }

    /// A query as Prometheus gets it.
    pub(super) fn fill(&self, expr: &str) -> String {
        self.fill_over(expr, RATE_INTERVAL)
    }

    /// The same for a picture of which a point is so long.
    pub(super) fn fill_over(&self, expr: &str, rate_interval: &str) -> String {
        let mut expr = expr
            .replace("$__rate_interval", rate_interval)
            .replace("$__range", RANGE)
            .replace("$__interval", "1s");
        for (name, value) in &self.0 {
            expr = expr.replace(&format!("${name}"), value);
        }
        assert!(!expr.contains('$'), "{expr}");
        expr
    }
}

fn queried(board: &Value) -> impl Iterator<Item = &Value> {
    let list = board["templating"]["list"].as_array().expect("variables").iter();
    list.filter(|variable| variable["type"] == "query")
}

fn name(variable: &Value) -> String {
    variable["name"].as_str().expect("a name").to_owned()
}

fn escaped(value: &str) -> String {
    let mut escaped = String::new();
    for character in value.chars() {
        if !(character.is_alphanumeric() || matches!(character, '_' | ':' | '-' | '/' | ' ')) {
            escaped.push_str("\\\\");
        }
        escaped.push(character);
    }
    escaped
}
