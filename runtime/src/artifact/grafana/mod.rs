//! Rows, panels and queries as data, and a dashboard as Grafana reads it (schema 39, which its versions from 11 on take over by
//! themselves). Knows no metric but those of the variables and annotations that every board has.

mod panel;

use super::program::{Part, Program};
#[cfg(test)]
pub(super) use panel::Target;
pub(super) use panel::{Panel, Shape, Unit};
use serde_json::{Map, Value, json};

/// Selects the processes that a board is set to: what every query has between its braces.
pub(super) const S: &str = "job=~\"$job\",instance=~\"$instance\"";
/// The range of every rate: four scrapes at least, and as long as a point of the picture.
pub(super) const R: &str = "[$__rate_interval]";

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
                    "links": panel.links(),
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
