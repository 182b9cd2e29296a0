//! The table of histories: what must come of each, in every order, and with the program ended after each event.

use faultfinder_alert::{Notice, Past, Rule, Watch, check, past, replay};
use faultfinder_spec::{History, Source, read_histories};
use std::path::Path;

/// The fewest histories that there are.
const HISTORIES_MIN: usize = 150;

fn histories() -> std::io::Result<Vec<(String, History)>> {
    let (mut all, mut texts) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/histories"))? {
        let entry = entry?;
        texts
            .push((entry.file_name().to_string_lossy().into_owned(), std::fs::read_to_string(entry.path())?));
    }
    texts.push(("docs/alerts.md".to_owned(), documented()?));
    for (name, text) in texts {
        let histories = read_histories(&Source::new(&name, &text)).map_err(|found| {
            std::io::Error::other(found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        })?;
        all.extend(histories.into_iter().map(|history| (name.clone(), history)));
    }
    Ok(all)
}

/// The histories that the documentation has for an example.
fn documented() -> std::io::Result<String> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/alerts.md"))?;
    let example = page.split("```yaml\n").find(|part| part.starts_with("histories:"));
    let example = example.and_then(|part| part.split("```").next());
    example.map(str::to_owned).ok_or_else(|| std::io::Error::other("the page has no histories"))
}

#[test]
fn every_history_has_the_notices_that_it_expects() {
    let histories = histories().unwrap();
    assert!(histories.len() >= HISTORIES_MIN, "{}", histories.len());
    let mut wrong = String::new();
    for (file, history) in &histories {
        for mismatch in check(history) {
            let line = mismatch.place.line;
            wrong.push_str(&format!("{file}:{line}: {}: {}\n", history.name.value, mismatch.message));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_order_in_which_results_become_known_changes_nothing() {
    for (file, history) in histories().unwrap() {
        let rule = Rule::new(&history.alert, Some(history.every));
        let (locations, mut events, until) = past(&history);
        let expected = replay(&rule, &locations, (history.begins, until), &events);
        // What people do stays in the order in which they did it, where that is at one moment.
        events.sort_by_key(|event| matches!(event, Past::Result(_)));
        events.reverse();
        let happenings = events.iter().filter(|event| matches!(event, Past::Happening(..))).count();
        let at = events.len() - happenings;
        events[at..].reverse();
        let doubled: Vec<Past> =
            events.iter().filter(|event| matches!(event, Past::Result(_))).cloned().collect();
        events.extend(doubled);
        assert_eq!(
            replay(&rule, &locations, (history.begins, until), &events),
            expected,
            "{file}: {}",
            history.name.value
        );
    }
}

#[test]
fn a_program_that_ends_after_each_event_sends_the_same() {
    for (file, history) in histories().unwrap() {
        let rule = Rule::new(&history.alert, Some(history.every));
        let (locations, mut events, until) = past(&history);
        let (_, expected) = replay(&rule, &locations, (history.begins, until), &events);
        events.sort_by_key(|event| match event {
            Past::Result(seen) => (seen.at, 1, seen.id),
            Past::Happening(at, _) => (*at, 0, 0),
        });
        events.dedup();
        let mut notices: Vec<Notice> = Vec::new();
        let mut watch = Watch::new(history.begins, &locations);
        for event in &events {
            let kept = serde_json::to_string(&watch).unwrap();
            watch = serde_json::from_str(&kept).unwrap();
            match event {
                Past::Result(seen) => watch.see(&rule, seen, &mut notices),
                Past::Happening(at, happening) => watch.happen(&rule, *at, *happening, &mut notices),
            }
        }
        watch.pass(&rule, until, &mut notices);
        assert_eq!(notices, expected, "{file}: {}", history.name.value);
    }
}
