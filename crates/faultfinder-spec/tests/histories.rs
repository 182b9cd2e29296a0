//! What is wrong with a file of histories is said with its place.

use faultfinder_spec::{Source, read_histories};

fn found(history: &str) -> Vec<String> {
    let text = format!("histories:\n  - {{ name: a, expect: [], {history} }}\n");
    let read = read_histories(&Source::new("a", &text));
    let said = |found: &faultfinder_spec::Diagnostic| {
        format!("{}:{}: {}", found.place.line, found.place.column, found.message)
    };
    read.err().unwrap_or_default().iter().map(said).collect()
}

#[test]
fn mistakes_have_their_place() {
    for (history, expected) in [
        ("results: pass x3, until: 2m", None),
        ("results: pass x3, until: 1m", Some("2:53: the history ends before what happens at 2m")),
        ("happens: [ 5m edit ], until: 1m", Some("2:57: the history ends before what happens at 5m")),
        ("begins: 2026-10-25T00:00:00Z, results: pass", None),
        (
            "begins: 2026-10-25, results: pass",
            Some("2:36: expected a moment such as 2026-10-25T00:00:00Z, found `2026-10-25`"),
        ),
        ("results: pass x3 x", Some("2:37: `x` is not a result")),
        ("results: x3", Some("2:37: `x3` repeats nothing: no result is before it")),
    ] {
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(found(history), expected, "{history}");
    }
}
