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
            rate_limited(program.has(Part::Models)),
            "A provider refuses calls because there are too many.",
            "Calls of {{ $labels.job }} were refused or tried again {{ $value | printf \"%.0f\" }} times within 15 min: \
             {{ $labels.reason }}{{ $labels.error_type }}.",
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

/// Retries that the program told; where it told too few for that, calls of models that ended so. Who tells them may have
/// counted each call as well, so the two are no sum.
fn rate_limited(has_models: bool) -> String {
    let refused = "~\"(?i)429|rate.?limit.*\"";
    let retries = format!(
        "sum by ({SERVICE}, reason) (increase(observe_retries_total{{reason={refused}}}[15m])) > 4.5"
    );
    if !has_models {
        return retries;
    }
    let by = format!("sum by ({SERVICE}, error_type)");
    let calls = "gen_ai_client_operation_duration_seconds";
    let range = format!("{{error_type={refused}}}[15m]");
    // In brackets as a whole: it is one condition.
    format!(
        "({retries}\nor on ({SERVICE}) (\n  {by} (increase({calls}_count{range}))\n  \
         or {by} (histogram_count(increase({calls}{range})))\n) > 4.5)"
    )
}

fn models() -> Vec<Rule> {
    let cost = |range: &str| {
        format!("sum by ({SERVICE}) (rate(observe_llm_cost_usd_total{range})) * 3600")
    };
    let tokens =
        |range: &str| format!("sum by ({SERVICE}) (rate(observe_llm_tokens_total{range})) * 60");
    // The mean of a day, of the quarters of an hour in which it ran; none of who ran for less than half of them.
    let ran = |mean: String, name: &str, offset: &str| {
        format!(
            "{mean} * 96\n  \
             / (count_over_time(count by ({SERVICE}) (rate({name}[15m]))[1d:15m] offset {offset}) >= 48)"
        )
    };
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
                "{}\n  > 3 * {}\nand {} > 1",
                cost("[1h]"),
                ran(cost("[1d] offset 1h"), "observe_llm_cost_usd_total", "1h"),
                cost("[1h]"),
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
                "{}\n  > 3 * {}\nand {} > 1000",
                tokens("[15m]"),
                ran(tokens("[1d] offset 15m"), "observe_llm_tokens_total", "15m"),
                tokens("[15m]"),
            ),
            "Models take three times the tokens that they did.",
            "{{ $labels.job }} uses {{ $value | printf \"%.0f\" }} tokens a minute, more than three times the mean of a day.",
        ),
    ]
}
