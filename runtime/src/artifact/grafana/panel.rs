//! A panel: what it asks, and how Grafana shows what it is told.

use super::datasource;
use serde_json::{Map, Value, json};

/// What numbers are, by Grafana's own names for units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::artifact) enum Unit {
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
pub(in crate::artifact) enum Shape {
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
pub(in crate::artifact) struct Target {
    pub(in crate::artifact) expr: String,
    /// A template over labels of the series; of a table, what its numbers are called, and without it they are not shown.
    pub(in crate::artifact) legend: String,
    /// What its numbers are, where a table has several columns of them.
    pub(in crate::artifact) unit: Option<Unit>,
    /// Whether traces of single calls are shown beside it.
    pub(in crate::artifact) exemplars: bool,
}

/// A panel. It is 8 columns of 24 wide and 8 high, one number 4 and 4.
#[derive(Clone, Debug)]
pub(in crate::artifact) struct Panel {
    pub(in crate::artifact) title: String,
    pub(in crate::artifact) description: String,
    pub(in crate::artifact) unit: Unit,
    pub(in crate::artifact) shape: Shape,
    pub(in crate::artifact) targets: Vec<Target>,
    /// Values from which on it is yellow, and red.
    limits: Vec<(f64, &'static str)>,
    wide: bool,
    /// Where the source of what it shows can be read.
    source: Option<String>,
}

impl Panel {
    pub(in crate::artifact) fn new(
        shape: Shape,
        unit: Unit,
        title: &str,
        description: &str,
    ) -> Self {
        let (title, description) = (title.to_owned(), description.to_owned());
        Self {
            title,
            description,
            unit,
            shape,
            targets: vec![],
            limits: vec![],
            wide: false,
            source: None,
        }
    }

    pub(in crate::artifact) fn query(
        mut self,
        legend: impl Into<String>,
        expr: impl Into<String>,
    ) -> Self {
        let (legend, expr) = (legend.into(), expr.into());
        self.targets.push(Target { expr, legend, unit: None, exemplars: false });
        self
    }

    /// A column of numbers of a table that has several.
    pub(in crate::artifact) fn column(
        mut self,
        title: &str,
        unit: Unit,
        expr: impl Into<String>,
    ) -> Self {
        self = self.query(title, expr);
        if let Some(target) = self.targets.last_mut() {
            target.unit = Some(unit);
        }
        self
    }

    /// The last query shows traces of single calls.
    pub(in crate::artifact) fn exemplars(mut self) -> Self {
        if let Some(target) = self.targets.last_mut() {
            target.exemplars = true;
        }
        self
    }

    /// Yellow from here on, and red from there on.
    pub(in crate::artifact) fn limits(mut self, yellow: f64, red: f64) -> Self {
        self.limits = vec![(yellow, "yellow"), (red, "red")];
        self
    }

    /// Red below this.
    pub(in crate::artifact) fn at_least(mut self, red: f64, yellow: f64) -> Self {
        self.limits = vec![(f64::NEG_INFINITY, "red"), (red, "yellow"), (yellow, "green")];
        self
    }

    /// Where its line is, if it has one alone.
    #[cfg(test)]
    pub(in crate::artifact) fn line_at(&self) -> Option<f64> {
        if let [(at, _)] = self.limits[..] { Some(at) } else { None }
    }

    /// A line at this value.
    pub(in crate::artifact) fn line(mut self, at: f64) -> Self {
        self.limits = vec![(at, "red")];
        self
    }

    /// It leads to the source of what it shows.
    pub(in crate::artifact) fn source(mut self, address: Option<&str>) -> Self {
        self.source = address.map(str::to_owned);
        self
    }

    pub(super) fn links(&self) -> Value {
        let link =
            |address: &String| json!({ "targetBlank": true, "title": "Source", "url": address });
        self.source.iter().map(link).collect()
    }

    pub(in crate::artifact) fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    pub(super) fn size(&self) -> (u32, u32) {
        match self.shape {
            Shape::Stat => (4, 4),
            _ if self.wide => (24, 8),
            _ => (8, 8),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
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

    pub(super) fn targets(&self) -> Value {
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

    pub(super) fn field_config(&self) -> Value {
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
    pub(super) fn transformations(&self) -> Vec<Value> {
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

    pub(super) fn options(&self) -> Value {
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
