//! Alerts on agents: money, tokens, limits of providers, and tasks that fail.

use super::{Group, Part, Program, Rule, SERVICE, Severity, alert};

/// `None` where there are neither models nor tasks.
pub(super) fn group(program: &Program) -> Option<Group> {
    let mut rules = Vec::new();
    if program.has(Part::Models) {
        rules.extend(models());
    }
    if [Part::Models, Part::Tools, Part::Agents, Part::Tasks]
        .into_iter()
        .any(|part| program.has(part))
    {
        rules.push(alert(
            "ObservantRateLimited",
            Severity::Warning,
            "5m",
            format!(
                "sum by ({SERVICE}, reason) (increase(observe_retries_total{{reason=~\"(?i)429|rate.?limit.*\"}}[15m])) > 4.5"
            ),
            "A provider refuses calls because there are too many.",
            "{{ $labels.job }} tried {{ $value | printf \"%.0f\" }} times again within 15 min: {{ $labels.reason }}.",
        ));
    }
    if program.has(Part::Tasks) {
        let tasks = |status: &str| {
            format!(
                "sum by ({SERVICE}, agent, mode) (increase(observe_tasks_total{{{status}}}[1h]))"
            )
        };
        rules.push(alert(
            "ObservantTasksFail",
            Severity::Warning,
            "10m",
            // Failures over all, and not what went well: where nothing does, that has no series.
            format!(
                "{}\n  / ({} >= 10)\n> 0.2",
                tasks("status=\"failure\""),
                tasks("status!=\"cancelled\"")
            ),
            "Fewer than four of five tasks succeed.",
            "Of the tasks of {{ $labels.agent }} ({{ $labels.mode }}) of {{ $labels.job }} within 1 h, \
             {{ $value | humanizePercentage }} failed.",
        ));
    }
    (!rules.is_empty()).then_some(Group { name: "observant-agents", interval: None, rules })
}

fn models() -> Vec<Rule> {
    let cost = |range: &str| {
        format!("sum by ({SERVICE}) (rate(observe_llm_cost_usd_total{range})) * 3600")
    };
    let tokens =
        |range: &str| format!("sum by ({SERVICE}) (rate(observe_llm_tokens_total{range})) * 60");
    // The mean of a day is none for who has not run for so long.
    let ran = |name: &str| format!("count by ({SERVICE}) (rate({name}[15m] offset 1d)) > 0");
    vec![
        alert(
            "ObservantCostHigh",
            Severity::Warning,
            "",
            format!("{} > 10", cost("[1h]")),
            "Models cost more than 10 USD an hour.",
            "{{ $labels.job }} spent {{ $value | printf \"%.2f\" }} USD on calls of models within the last hour.",
        ),
        alert(
            "ObservantCostJumps",
            Severity::Warning,
            "15m",
            format!(
                "{}\n  > 3 * {}\nand {} > 1\nand {}",
                cost("[1h]"),
                cost("[1d] offset 1h"),
                cost("[1h]"),
                ran("observe_llm_cost_usd_total")
            ),
            "Models cost three times of what they did.",
            "{{ $labels.job }} spent {{ $value | printf \"%.2f\" }} USD on calls of models within the last hour, more than three \
             times the mean of the day before.",
        ),
        alert(
            "ObservantTokensJump",
            Severity::Warning,
            "15m",
            format!(
                "{}\n  > 3 * {}\nand {} > 1000\nand {}",
                tokens("[15m]"),
                tokens("[1d] offset 15m"),
                tokens("[15m]"),
                ran("observe_llm_tokens_total")
            ),
            "Models take three times the tokens that they did.",
            "{{ $labels.job }} uses {{ $value | printf \"%.0f\" }} tokens a minute, more than three times the mean of a day.",
        ),
    ]
}
