//! How tests are now, and lists of them that are searched and sorted.

use crate::served::{Served, definition};
use faultfinder_service::Config;
use serde_json::{Value, json};

/// Keeps a test of this name of a port where nobody listens, and yields its id.
async fn named(served: &Served, name: &str) -> String {
    let mut definition = definition(None);
    definition["tests"][0]["name"] = json!(name);
    let made = served.post("/api/v1/tests", json!({ "definition": definition })).await;
    assert_eq!((made.status, &made.body["status"]), (201, &json!("unknown")), "{made:?}");
    made.body["id"].as_str().unwrap().to_owned()
}

async fn run(served: &Served, id: &str) -> Value {
    let run = served.call("POST", &format!("/api/v1/tests/{id}/run"), None, None).await;
    assert_eq!(run.status, 200, "{run:?}");
    run.body
}

/// The names of all tests of a list, page by page.
async fn names(served: &Served, query: &str) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = served.get(&format!("/api/v1/tests?limit=2&{query}{cursor}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        let items = page.body["items"].as_array().unwrap();
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        let Some(next) = page.body["nextCursor"].as_str() else { return names };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn a_test_shows_how_it_ended_last_and_since_when_also_after_a_restart() {
    let served = Served::open().await;
    let id = served.kept(None).await;
    let path = format!("/api/v1/tests/{id}");
    let new = served.get(&path).await.body;
    let nothing = [&new["since"], &new["code"], &new["lastResult"]];
    assert_eq!((&new["status"], nothing), (&json!("unknown"), [&Value::Null; 3]));
    let (first, second) = (run(&served, &id).await, run(&served, &id).await);
    let demand = |shown: &Value| {
        assert_eq!((&shown["status"], &shown["code"]), (&json!("failed"), &json!("CONNREFUSED")));
        assert_eq!(shown["since"], first["startedAt"]);
        assert_eq!(shown["lastResult"], json!({ "id": second["id"], "startedAt": second["startedAt"] }));
    };
    demand(&served.get(&path).await.body);
    demand(&served.get("/api/v1/tests").await.body["items"][0]);
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let served = Served::start_in(folder, Config::default()).await;
    demand(&served.get(&path).await.body);
    assert_eq!(served.call("DELETE", &path, None, None).await.status, 200);
    assert_eq!(names(&served, "state=failed").await, Vec::<String>::new());
    served.running.shut_down().await;
}

#[tokio::test]
async fn tests_are_searched_sorted_and_filtered_page_by_page_wherever_they_come_from() {
    let folder = tempfile::tempdir().unwrap();
    let text = "tests:\n  - name: Ärger 3\n    tags: [net]\n    tcp: { host: 127.0.0.1, port: 1 }\n";
    std::fs::write(folder.path().join("a.yaml"), text).unwrap();
    let served =
        Served::start(Config { definitions: vec![folder.path().to_owned()], ..Config::default() }).await;
    let ids = [
        named(&served, "delta").await,
        named(&served, "Alpha").await,
        named(&served, "charlie").await,
        named(&served, "ärger 2").await,
        named(&served, "bravo").await,
    ];
    let sorted = ["Alpha", "bravo", "charlie", "delta", "ärger 2", "Ärger 3"];
    assert_eq!(names(&served, "sort=name").await, sorted);
    let mut descending = sorted;
    descending.reverse();
    assert_eq!(names(&served, "sort=-name").await, descending);
    assert_eq!(names(&served, "search=%C3%84RGER&sort=name").await, ["ärger 2", "Ärger 3"]);
    assert_eq!(names(&served, "search=arg").await, Vec::<String>::new());
    assert_eq!(names(&served, "search=e&status=paused").await, Vec::<String>::new());
    assert_eq!(names(&served, "search=r&tag=net").await, ["Ärger 3"]);
    let by_id = names(&served, "").await;
    assert_eq!(names(&served, "sort=id&search=").await, by_id);
    let mut backwards = names(&served, "sort=-id").await;
    backwards.reverse();
    assert_eq!(backwards, by_id);
    for id in [&ids[2], &ids[0]] {
        run(&served, id).await;
    }
    assert_eq!(names(&served, "state=failed&sort=since").await, ["charlie", "delta"]);
    assert_eq!(names(&served, "state=unknown&sort=name").await, ["Alpha", "bravo", "ärger 2", "Ärger 3"]);
    assert_eq!(names(&served, "state=passed").await, Vec::<String>::new());
    let last: Vec<String> = names(&served, "sort=since").await.split_off(4);
    assert_eq!(last, ["charlie", "delta"], "what has no result comes first");
    assert_eq!(names(&served, "sort=-since").await[..2], ["delta", "charlie"]);

    let page = served.get("/api/v1/tests?limit=1&sort=name").await;
    let cursor = page.body["nextCursor"].as_str().unwrap();
    for query in ["", "sort=-name&", "sort=since&", "state=failed&"] {
        let answer = served.get(&format!("/api/v1/tests?{query}cursor={cursor}")).await;
        answer.envelope(400, "InvalidPaginationToken");
    }
    for query in ["sort=age", "sort=--id", "state=missed", "state=paused"] {
        served.get(&format!("/api/v1/tests?{query}")).await.envelope(400, "InvalidRequest");
    }
}
