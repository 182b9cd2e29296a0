//! The page of silences, and what other pages say of them.

use super::browser::{Browser, csrf};
use crate::served::Served;

#[tokio::test]
async fn a_form_begins_a_silence_and_a_button_ends_it() {
    let served = Served::open().await;
    let id = served.kept(None).await;
    let browser = Browser::new(&served);
    let test = format!("/tests/{id}");
    let link = format!("/silences?test={id}");
    assert!(browser.open(&test).await.contains(&format!("href=\"{link}\"")));
    let page = browser.open(&link).await;
    assert!(page.contains("No silences") && page.contains("For the test <b>"), "{page}");
    let token = csrf(&page).unwrap();
    let filled = [("csrf", token), ("test", &*id), ("hours", "2"), ("comment", "<b>moves</b>")];
    let answer = browser.post("/silences", &filled).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/silences")), "{answer:?}");
    let page = browser.open("/silences").await;
    assert!(page.contains("1 silence") && page.contains("&#60;b&#62;moves"), "{page}");
    assert!(browser.open("/alerts").await.contains("1 silence"));
    let of_test = browser.open(&test).await;
    assert!(of_test.contains("nothing is sent about this test.</p>"), "{of_test}");
    let more = [("csrf", token), ("tags", "nobody has these"), ("hours", "1"), ("maintenance", "yes")];
    assert_eq!(browser.post("/silences", &more).await.status, 303);
    let page = browser.open("/silences").await;
    assert!(page.contains("Tests with all of the tags nobody, has, these"), "{page}");
    assert!(page.contains("maintenance: failures do not count"), "{page}");
    for _ in 0..2 {
        let page = browser.open("/silences").await;
        let action = page.split("action=\"").find_map(|rest| {
            rest.split_once('"').map(|(action, _)| action).filter(|action| action.ends_with("/end"))
        });
        let answer = browser.press("/silences", action.unwrap()).await;
        assert_eq!(answer.header("location"), Some("/silences"), "{answer:?}");
    }
    let page = browser.open("/silences").await;
    assert!(page.contains("No silences") && page.contains("<h2>Ended</h2>"), "{page}");
    assert!(!browser.open(&test).await.contains("nothing is sent"));
}

#[tokio::test]
async fn a_form_that_was_changed_is_refused() {
    let served = Served::open().await;
    let browser = Browser::new(&served);
    let page = browser.open("/silences").await;
    let token = csrf(&page).unwrap();
    for (name, value, message) in [
        ("hours", "3", "must be one of those that the form has"),
        ("comment", &*"x".repeat(1_001), "must have at most 1000 characters"),
        ("other", "1", "is unknown"),
    ] {
        let hours = if name == "hours" { value } else { "1" };
        let mut filled = vec![("csrf", token), ("hours", hours)];
        if name != "hours" {
            filled.push((name, value));
        }
        let answer = browser.post("/silences", &filled).await;
        assert!(answer.status == 400 && answer.text.contains(message), "{name}: {answer:?}");
    }
    assert!(browser.open("/silences").await.contains("No silences"));
}
