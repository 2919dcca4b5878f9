//! Rows, panels and queries as data, and a dashboard as Grafana reads it (schema 39, which its versions from 11 on take over by
//! themselves). Knows no metric but those of the variables and annotations that every board has.

use super::program::{Part, Program};
use serde_json::{Map, Value, json};

/// Selects the processes that a board is set to: what every query has between its braces.
pub(super) const S: &str = "job=~\"$job\",instance=~\"$instance\"";
/// The range of every rate: four scrapes at least, and as long as a point of the picture.
pub(super) const R: &str = "[$__rate_interval]";

/// What numbers are, by Grafana's own names for units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Count,
    PerSecond,
    PerMinute,
    Seconds,
    Ratio,
    Bytes,
    BytesPerSecond,
    Dollars,
}

impl Unit {
    fn id(self) -> &'static str {
        match self {
            Self::Count => "short",
            Self::PerSecond => "cps",
            Self::PerMinute => "cpm",
            Self::Seconds => "s",
            Self::Ratio => "percentunit",
            Self::Bytes => "bytes",
            Self::BytesPerSecond => "Bps",
            Self::Dollars => "currencyUSD",
        }
    }
}

/// How numbers are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One number, now: where there is none now, none is shown, whatever there was.
    Stat,
    Lines,
    /// Lines on top of one another: parts of a whole.
    Stacked,
    Heatmap,
    /// A row for each series, now.
    Table,
    /// A bar for each series, now.
    Bars,
    /// States over time: 1 is well, 0 is not.
    Timeline,
    /// Its description, to be read.
    Text,
}

/// A query of a panel.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) expr: String,
    /// A template over labels of the series; of a table, what its numbers are called, and without it they are not shown.
    pub(super) legend: String,
    /// What its numbers are, where a table has several columns of them.
    pub(super) unit: Option<Unit>,
    /// Whether traces of single calls are shown beside it.
    pub(super) exemplars: bool,
}

/// A panel. It is 8 columns of 24 wide and 8 high, one number 4 and 4.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) unit: Unit,
    pub(super) shape: Shape,
    pub(super) targets: Vec<Target>,
    /// Values from which on it is yellow, and red.
    limits: Vec<(f64, &'static str)>,
    wide: bool,
}

impl Panel {
    pub(super) fn new(shape: Shape, unit: Unit, title: &str, description: &str) -> Self {
        let (title, description) = (title.to_owned(), description.to_owned());
        Self { title, description, unit, shape, targets: vec![], limits: vec![], wide: false }
    }

    pub(super) fn query(mut self, legend: impl Into<String>, expr: impl Into<String>) -> Self {
        let (legend, expr) = (legend.into(), expr.into());
        self.targets.push(Target { expr, legend, unit: None, exemplars: false });
        self
    }

    /// A column of numbers of a table that has several.
    pub(super) fn column(mut self, title: &str, unit: Unit, expr: impl Into<String>) -> Self {
        self = self.query(title, expr);
        if let Some(target) = self.targets.last_mut() {
            target.unit = Some(unit);
        }
        self
    }

    /// The last query shows traces of single calls.
    pub(super) fn exemplars(mut self) -> Self {
        if let Some(target) = self.targets.last_mut() {
            target.exemplars = true;
        }
        self
    }

    /// Yellow from here on, and red from there on.
    pub(super) fn limits(mut self, yellow: f64, red: f64) -> Self {
        self.limits = vec![(yellow, "yellow"), (red, "red")];
        self
    }

    /// Red below this.
    pub(super) fn at_least(mut self, red: f64, yellow: f64) -> Self {
        self.limits = vec![(f64::NEG_INFINITY, "red"), (red, "yellow"), (yellow, "green")];
        self
    }

    /// Where its line is, if it has one alone.
    #[cfg(test)]
    pub(super) fn line_at(&self) -> Option<f64> {
        if let [(at, _)] = self.limits[..] { Some(at) } else { None }
    }

    /// A line at this value.
    pub(super) fn line(mut self, at: f64) -> Self {
        self.limits = vec![(at, "red")];
        self
    }

    pub(super) fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    fn size(&self) -> (u32, u32) {
        match self.shape {
            Shape::Stat => (4, 4),
            _ if self.wide => (24, 8),
            _ => (8, 8),
        }
    }

    fn kind(&self) -> &'static str {
        match self.shape {
            Shape::Stat => "stat",
            Shape::Lines | Shape::Stacked => "timeseries",
            Shape::Heatmap => "heatmap",
            Shape::Table => "table",
            Shape::Bars => "bargauge",
            Shape::Timeline => "state-timeline",
            Shape::Text => "text",
        }
    }

    fn targets(&self) -> Value {
        let is_now = matches!(self.shape, Shape::Stat | Shape::Table | Shape::Bars);
        let format = match self.shape {
            Shape::Table => "table",
            Shape::Heatmap => "heatmap",
            _ => "time_series",
        };
        let target = |(place, target): (u8, &Target)| {
            json!({
                "datasource": datasource(),
                "editorMode": "code",
                "exemplar": target.exemplars,
                "expr": target.expr,
                "format": format,
                "instant": is_now,
                "legendFormat": target.legend,
                "range": !is_now,
                "refId": char::from(b'A' + place).to_string(),
            })
        };
        (0..).zip(&self.targets).map(target).collect()
    }

    fn field_config(&self) -> Value {
        let first = match self.limits.first() {
            Some((at, _)) if *at == f64::NEG_INFINITY => None,
            _ => Some(json!({ "color": "green", "value": null })),
        };
        let step = |(at, color): &(f64, &str)| json!({ "color": color, "value": at.is_finite().then_some(at) });
        let steps: Vec<_> = first.into_iter().chain(self.limits.iter().map(step)).collect();
        let mut defaults = json!({
            "color": { "mode": if self.shape == Shape::Stat || self.shape == Shape::Bars { "thresholds" } else { "palette-classic" } },
            "thresholds": { "mode": "absolute", "steps": steps },
            "unit": self.unit.id(),
        });
        if matches!(self.shape, Shape::Lines | Shape::Stacked) {
            let lined = !self.limits.is_empty();
            defaults["custom"] = json!({
                "fillOpacity": if self.shape == Shape::Stacked { 30 } else { 0 },
                "showPoints": "never",
                "stacking": { "group": "A", "mode": if self.shape == Shape::Stacked { "normal" } else { "none" } },
                "thresholdsStyle": { "mode": if lined { "line" } else { "off" } },
            });
            defaults["min"] = json!(0);
        }
        if self.shape == Shape::Timeline {
            defaults["mappings"] = json!([{
                "type": "value",
                "options": { "0": { "color": "red", "text": "fails" }, "1": { "color": "green", "text": "passes" } },
            }]);
        }
        let of_column = |target: &Target| {
            let unit = target.unit?.id();
            Some(json!({
                "matcher": { "id": "byName", "options": target.legend },
                "properties": [{ "id": "unit", "value": unit }],
            }))
        };
        let overrides: Vec<_> = self.targets.iter().filter_map(of_column).collect();
        json!({ "defaults": defaults, "overrides": overrides })
    }

    /// Of a table: a row for all its numbers of the same labels, each under its name, and without when it was asked.
    fn transformations(&self) -> Vec<Value> {
        if self.shape != Shape::Table {
            return vec![];
        }
        let (mut hidden, mut names) = (Map::new(), Map::new());
        hidden.insert("Time".to_owned(), true.into());
        for (target, query) in self.targets.iter().zip('A'..) {
            // As Grafana calls them: by the query, where there are several.
            let column = match self.targets.len() {
                1 => "Value".to_owned(),
                _ => format!("Value #{query}"),
            };
            if target.legend.is_empty() {
                hidden.insert(column, true.into());
            } else {
                names.insert(column, target.legend.as_str().into());
            }
        }
        let merged = (self.targets.len() > 1).then(|| json!({ "id": "merge", "options": {} }));
        let organized = json!({
            "id": "organize",
            "options": { "excludeByName": hidden, "indexByName": {}, "renameByName": names },
        });
        merged.into_iter().chain([organized]).collect()
    }

    fn options(&self) -> Value {
        match self.shape {
            Shape::Stat => {
                json!({ "graphMode": "none", "reduceOptions": { "calcs": ["lastNotNull"] } })
            }
            Shape::Bars => {
                json!({ "displayMode": "gradient", "orientation": "horizontal", "reduceOptions": { "calcs": ["lastNotNull"] } })
            }
            Shape::Heatmap => json!({ "calculate": false, "yAxis": { "unit": self.unit.id() } }),
            Shape::Table => json!({ "showHeader": true }),
            Shape::Text => json!({ "content": self.description, "mode": "markdown" }),
            Shape::Timeline => json!({ "mergeValues": true, "showValue": "never" }),
            Shape::Lines | Shape::Stacked => json!({
                "legend": { "calcs": ["mean", "lastNotNull"], "displayMode": "table", "placement": "bottom" },
                "tooltip": { "mode": "multi", "sort": "desc" },
            }),
        }
    }
}

/// Panels under a title, for programs that have this part.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) title: &'static str,
    pub(super) needs: Part,
    pub(super) panels: Vec<Panel>,
}

/// A dashboard.
#[derive(Clone, Debug)]
pub(super) struct Board {
    /// As in its file's name and in its address.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) rows: Vec<Row>,
    /// Variables besides the source, job and instance: name, title, query.
    pub(super) variables: Vec<(&'static str, &'static str, String)>,
}

fn datasource() -> Value {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}

/// The queries of the variables that all boards have.
pub(super) fn variables() -> [(&'static str, &'static str, String); 2] {
    [
        ("job", "Job", "label_values(observant_build_info, job)".to_owned()),
        (
            "instance",
            "Instance",
            "label_values(observant_build_info{job=~\"$job\"}, instance)".to_owned(),
        ),
    ]
}

/// What is marked on all boards: its name, what it is made of, and its text.
pub(super) fn annotations(program: &Program) -> Vec<(&'static str, String, &'static str)> {
    let versions = format!("count by (job, crate, version) (observe_function_info{{{S}}}");
    let mut all = vec![(
        "Deploys",
        format!("{versions}) unless {versions} offset 5m)"),
        "{{job}}: {{crate}} {{version}}",
    )];
    if program.has(Part::System) {
        // Its value is when: the mark stands there, however coarse the picture.
        let restarts = format!("process_start_time_seconds{{{S}}} * 1000");
        all.push(("Restarts", restarts, "{{instance}} started"));
    }
    all
}

impl Board {
    /// The rows for `program`: without those of what it has not.
    pub(super) fn rows_for(&self, program: &Program) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| program.has(row.needs) && !row.panels.is_empty())
    }

    /// As Grafana reads it.
    pub(super) fn write(&self, program: &Program) -> String {
        let value = json!({
            "annotations": { "list": written_annotations(program) },
            "description": self.description,
            "editable": false,
            "graphTooltip": 1,
            "links": [{
                "asDropdown": false, "includeVars": true, "keepTime": true, "tags": ["observant"],
                "title": "", "type": "dashboards",
            }],
            "panels": self.panels(program),
            "refresh": "30s",
            "schemaVersion": 39,
            "tags": ["observant"],
            "templating": { "list": self.templating() },
            "time": { "from": "now-1h", "to": "now" },
            "timezone": "utc",
            "title": self.title,
            "uid": format!("observant-{}", self.name),
            "version": 1,
        });
        format!("{:#}\n", sorted(value))
    }

    fn templating(&self) -> Vec<Value> {
        let mut list = vec![json!({
            "label": "Data source", "name": "datasource", "query": "prometheus", "type": "datasource",
        })];
        for (name, label, query) in variables().iter().chain(&self.variables) {
            list.push(json!({
                "allValue": ".+",
                "current": { "text": "All", "value": "$__all" },
                "datasource": datasource(),
                "definition": query,
                "includeAll": true,
                "label": label,
                "multi": true,
                "name": name,
                "query": { "query": query, "refId": "variable" },
                // When the time range changes: what was there then is to be found.
                "refresh": 2,
                "sort": 1,
                "type": "query",
            }));
        }
        list
    }

    fn panels(&self, program: &Program) -> Vec<Value> {
        let (mut written, mut y) = (Vec::new(), 0);
        for row in self.rows_for(program) {
            written.push(json!({
                "collapsed": false, "gridPos": { "h": 1, "w": 24, "x": 0, "y": y },
                "id": written.len() + 1, "panels": [], "title": row.title, "type": "row",
            }));
            y += 1;
            let (mut x, mut height) = (0, 0);
            for panel in &row.panels {
                let (w, h) = panel.size();
                if x + w > 24 || (x > 0 && h != height) {
                    (x, y) = (0, y + height);
                }
                height = h;
                written.push(json!({
                    "datasource": datasource(),
                    "description": panel.description,
                    "fieldConfig": panel.field_config(),
                    "gridPos": { "h": h, "w": w, "x": x, "y": y },
                    "id": written.len() + 1,
                    "options": panel.options(),
                    "targets": panel.targets(),
                    "title": panel.title,
                    "transformations": panel.transformations(),
                    "type": panel.kind(),
                }));
                x += w;
            }
            y += height;
        }
        written
    }
}

fn written_annotations(program: &Program) -> Vec<Value> {
    let mark = |(name, expr, text): (&str, String, &str)| {
        json!({
            "datasource": datasource(),
            "enable": true,
            "expr": expr,
            "hide": false,
            "iconColor": if name == "Restarts" { "orange" } else { "blue" },
            "name": name,
            "titleFormat": text,
            "useValueForTime": name == "Restarts",
        })
    };
    annotations(program).into_iter().map(mark).collect()
}

/// In order of keys, whichever map the program's `serde_json` has: what is committed is what any build writes.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> =
                fields.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            fields.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(fields.into_iter().collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
