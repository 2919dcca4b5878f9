//! No text makes a parser panic, and what is shown reads back.

use proptest::prelude::*;

use super::{ATTRIBUTES, HOST, PORT};
use crate::config::{
    Environment, Filter, Level, Listen, Overrides, Settings,
    environment::OURS,
    listen, resource, value,
    value::{Hosts, Token},
};

proptest! {
    /// Whatever the environment holds: no panic, no error, and the secret never told.
    #[test]
    fn no_environment_panics(
        texts in proptest::collection::vec(".{0,40}", OURS.len() + 5),
        unknown in "[A-Z_\u{0}-\u{ff}]{0,20}",
    ) {
        let otel = [HOST, PORT, ATTRIBUTES, "OTEL_SERVICE_NAME", "OTEL_SDK_DISABLED"];
        let names = OURS.iter().map(|variable| variable.name.to_owned());
        let names = names.chain(otel.map(str::to_owned));
        let variables = names.chain([format!("OBSERVANT_{unknown}")]).zip(texts);
        let settings =
            Settings::resolve(&Overrides::default(), &Environment::new(variables)).unwrap();
        settings.effective();
        if let Some(token) = &settings.token.value {
            let secret = token.secret();
            prop_assume!(secret.len() > 8);
            let told = format!("{settings:?}");
            prop_assert!(!told.contains(secret));
        }
    }

    /// Text built from the pieces parsers look for reaches deeper than random text.
    #[test]
    fn no_parser_panics(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(":"), Just("::"), Just("["), Just("]"), Just("."), Just("="), Just(","),
                Just("%"), Just("%C3%A9"), Just("*"), Just("off"), Just("on"), Just("a"), Just("é"),
                Just("9"), Just("18446744073709551616"), Just("ms"), Just("m"), Just(" "), Just("#"),
                Just("<"), Just(">"), Just("=off,"), Just("(A, B)"),
            ],
            0..12,
        ),
    ) {
        let text = pieces.concat();
        if let Ok(parsed) = Listen::parse(&text) {
            prop_assert_eq!(Listen::parse(&parsed.to_string()), Ok(parsed));
        }
        let (filter, _) = Filter::parse(&text);
        filter.level_for(&text, "a");
        filter.level_for("a", &text);
        prop_assert_eq!(Filter::parse(&filter.to_string()), (filter, vec![]));
        let (hosts, _) = Hosts::parse(&text);
        if !hosts.any {
            prop_assert_eq!(Hosts::parse(&hosts.to_string()), (hosts, vec![]));
        }
        if let Ok(duration) = value::duration(&text) {
            prop_assert!(duration <= value::DRAIN_MAX);
        }
        let _ = Token::parse(&text);
        let _ = listen::host(&text);
        let _ = resource::parse(&text);
    }

    /// What is percent-encoded whole comes back as it was.
    #[test]
    fn percent_encoding_reads_back(value in "\\PC{0,20}") {
        let encoded = value.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02x}"));
        let parsed = resource::parse(&format!("key={encoded}")).unwrap();
        prop_assert_eq!(&parsed["key"], &value);
    }

    /// The first match in the sorted list is the longest match there is.
    #[test]
    fn the_filter_agrees_with_a_plain_definition(
        directives in proptest::collection::vec(("(a|b)(::(a|b)){0,3}", 0..3_u8), 0..6),
        module in "(a|b|ab)(::(a|b)){0,2}",
        function in "(a|b|ab)(::(a|b))?",
    ) {
        let levels = [Level::Off, Level::Metrics, Level::On];
        let text: Vec<_> = directives
            .iter()
            .map(|(path, level)| format!("{path}={}", levels[usize::from(*level)]))
            .collect();
        let (filter, _) = Filter::parse(&text.join(","));
        let path = format!("{module}::{function}::");
        let expected = directives
            .iter()
            .filter(|(prefix, _)| path.starts_with(&format!("{prefix}::")))
            .max_by_key(|(prefix, _)| prefix.len())
            .map_or(Level::On, |(_, level)| levels[usize::from(*level)]);
        prop_assert_eq!(filter.level_for(&module, &function), expected);
    }
}
