//! Tests of files: shown and run, and changed in their files alone; and what is said about files with mistakes.

use crate::served::{ADMIN, Answer, Served, definition};
use faultfinder_service::{Config, TokenHash};
use serde_json::{Value, json};
use std::path::Path;

/// Puts a text in the place of a file at once, as editors do: nobody sees half of it.
fn replace(file: &Path, text: &str) {
    let new = file.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, file).unwrap();
}

/// The text of a file with one test.
fn text(name: &str) -> String {
    format!("tests:\n  - name: {name}\n    tcp: {{ host: 127.0.0.1, port: 1 }}\n")
}

async fn follow(folder: &Path) -> Served {
    Served::start(Config { definitions: vec![folder.to_owned()], ..Config::default() }).await
}

/// The ids of the listed tests, by name.
fn ids(listed: &Answer) -> Vec<(String, String)> {
    let of = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
    let mut ids: Vec<(String, String)> = listed.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (of(item, "name"), of(item, "id")))
        .collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn tests_follow_their_files_and_outlive_a_bad_edit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("probes.yaml");
    std::fs::write(&file, text("first")).unwrap();
    let served = follow(folder.path()).await;

    let listed = served.get("/api/v1/tests").await;
    let first = &listed.body["items"][0];
    assert_eq!((&first["name"], &first["origin"]), (&json!("first"), &json!("file")), "{listed:?}");
    let path = format!("/api/v1/tests/{}", first["id"].as_str().unwrap());
    let run = served.call("POST", &format!("{path}/run"), None, None).await;
    assert_eq!(run.body["code"], json!("CONNREFUSED"), "a file's test reaches loopback: {run:?}");
    let body = json!({ "version": 1, "definition": definition(None) });
    served.call("PUT", &path, None, Some(&body)).await.envelope(400, "DefinedInFile");
    served.call("DELETE", &path, None, None).await.envelope(400, "DefinedInFile");

    replace(&file, "tests:\n  - name: first\n    tpc: {}\n");
    served.until_logged("its previous tests continue", 1).await;
    assert_eq!(served.get(&path).await.status, 200);
    let ready = served.get("/readyz").await;
    assert_eq!((ready.status, &ready.body["definitions"]["ok"]), (200, &json!(false)), "{ready:?}");

    // Another file is added, changed and removed in the meantime.
    let other = folder.path().join("others.yaml");
    replace(&other, &text("other"));
    served.until_logged("definitions were reloaded", 2).await;
    let both = ids(&served.get("/api/v1/tests").await);
    assert_eq!(both.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["first", "other"]);
    replace(&other, &text("other").replace("port: 1", "port: 2"));
    served.until_logged("definitions were reloaded", 3).await;
    let changed = served.get(&format!("/api/v1/tests/{}", both[1].1)).await;
    assert_eq!(changed.body["version"], json!(2), "{changed:?}");
    std::fs::remove_file(&other).unwrap();
    served.until_logged("definitions were reloaded", 4).await;
    served.get(&format!("/api/v1/tests/{}", both[1].1)).await.envelope(410, "Gone");
    assert_eq!(served.logged("its previous tests continue").len(), 1, "once for each change of the file");

    replace(&file, &text("second"));
    served.until_logged("definitions were reloaded", 5).await;
    let listed = served.get("/api/v1/tests").await;
    assert_eq!(listed.body["items"][0]["name"], json!("second"), "{listed:?}");
    served.get(&path).await.envelope(410, "Gone");
    assert_eq!(served.get("/readyz").await.body["definitions"]["ok"], json!(true));
}

#[tokio::test]
async fn what_is_wrong_is_listed_by_file_and_logged_in_a_line_for_each() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.yaml"), text("a")).unwrap();
    std::fs::write(folder.path().join("b.yaml"), text("b").replace("port", "prot")).unwrap();
    std::fs::write(folder.path().join("c.yaml"), "tests: [").unwrap();
    let admin_token = Some(TokenHash::of(ADMIN));
    let definitions = vec![folder.path().to_owned()];
    let served = Served::start(Config { admin_token, definitions, ..Config::default() }).await;
    let reader = ADMIN.to_owned();
    let other = served.token(&["results:read", "tests:write", "runs:execute"]).await;
    let get = async |path: &str, token: &str| served.call("GET", path, Some(token), None).await;

    let refused = get("/api/v1/definitions", &other).await;
    let missing = &refused.envelope(403, "MissingScopes")["details"]["missingScopes"];
    assert_eq!(missing, &json!(["tests:read"]));
    let listed = get("/api/v1/definitions", &reader).await;
    assert_eq!((listed.status, listed.body["items"].as_array().unwrap().len()), (200, 3), "{listed:?}");
    let [a, b] = [&listed.body["items"][0], &listed.body["items"][1]];
    let name = |file: &str| folder.path().join(file).display().to_string();
    assert_eq!(
        a,
        &json!({
            "file": name("a.yaml"), "ok": true, "tests": 1,
            "readAt": a["readAt"], "goodAt": a["readAt"], "diagnostics": [],
        })
    );
    assert_eq!((&b["file"], &b["ok"], &b["tests"]), (&json!(name("b.yaml")), &json!(false), &json!(0)));
    assert!(a["readAt"].is_string() && b["readAt"] == a["readAt"] && b.get("goodAt").is_none(), "{b}");
    let unknown = json!({
        "severity": "error", "message": "unknown field `prot` of `tcp`; did you mean `port`?",
        "line": 3, "column": 29, "path": "tests[0].tcp.prot",
    });
    assert!(b["diagnostics"].as_array().unwrap().contains(&unknown), "{b}");

    // Page by page.
    let page = get("/api/v1/definitions?limit=2", &reader).await;
    assert_eq!(page.body["items"], json!([a, b]));
    let rest = format!("/api/v1/definitions?limit=2&cursor={}", page.body["nextCursor"].as_str().unwrap());
    let rest = get(&rest, &reader).await;
    assert_eq!(rest.body, json!({ "items": [listed.body["items"][2]] }));
    let clamped = get("/api/v1/definitions?limit=501", &reader).await;
    assert!(clamped.body["warnings"].is_array(), "{clamped:?}");
    get("/api/v1/definitions?cursor=x", &reader).await.envelope(400, "InvalidPaginationToken");
    let elsewhere = get("/api/v1/definitions?tag=a&limit=0", &reader).await;
    elsewhere.envelope(400, "InvalidRequest");
    assert_eq!(elsewhere.paths(), [("limit", "QUERY"), ("tag", "QUERY")]);

    let lines = served.logged("none of its tests run");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["file"], json!(name("b.yaml")));
    let diagnostics = lines[0]["diagnostics"].as_str().unwrap();
    assert!(
        diagnostics.lines().any(|line| line == "3:29: unknown field `prot` of `tcp`; did you mean `port`?"),
        "{diagnostics}"
    );
    // Anyone may ask whether the service is ready, and no file is named there.
    let ready = served.get("/readyz").await;
    let expected = json!({ "ok": false, "tests": 1, "files": 3, "bad": 2, "errors": ready.body["definitions"]["errors"] });
    assert_eq!((ready.status, &ready.body["definitions"]), (200, &expected));
    assert!(!ready.text.contains(".yaml"), "{ready:?}");
}

#[tokio::test]
async fn a_service_none_of_whose_files_can_be_used_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("probes.yaml");
    std::fs::write(&file, "tests: [").unwrap();
    let served = follow(folder.path()).await;
    let unready = |answer: Answer| {
        let error = &answer.body["error"];
        assert_eq!((answer.status, &error["details"]["errorCode"]), (503, &json!("NoUsableDefinitions")));
        assert!(error["message"].as_str().unwrap().starts_with("No definition file can be used"), "{error}");
        let definitions = &error["details"]["definitions"];
        assert_eq!((&definitions["files"], &definitions["bad"]), (&json!(1), &json!(1)), "{error}");
        assert_eq!(error["details"]["status"], json!("unavailable"));
        assert!(answer.header("retry-after").is_some() && !answer.text.contains("probes"), "{answer:?}");
    };
    unready(served.get("/readyz").await);
    assert_eq!(served.get("/healthz").await.status, 200);
    // A test over the API is something to do.
    let id = served.kept(None).await;
    assert_eq!(served.get("/readyz").await.status, 200);
    served.call("DELETE", &format!("/api/v1/tests/{id}"), None, None).await;
    unready(served.get("/readyz").await);

    replace(&file, &text("a"));
    served.until_logged("definitions were reloaded", 1).await;
    assert_eq!(served.get("/readyz").await.status, 200);
    // What was good once goes on.
    replace(&file, "tests: [");
    served.until_logged("its previous tests continue", 1).await;
    assert_eq!(served.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn an_empty_folder_is_ready_and_a_missing_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let served = follow(folder.path()).await;
    assert_eq!(served.get("/readyz").await.status, 200);
    assert_eq!(served.get("/api/v1/definitions").await.body, json!({ "items": [] }));
    let served = follow(&folder.path().join("nowhere")).await;
    assert_eq!(served.get("/readyz").await.status, 503);
    let listed = served.get("/api/v1/definitions").await;
    assert_eq!(listed.body["items"][0]["diagnostics"][0]["message"], json!("there is no such file"));
}

#[tokio::test]
async fn a_reload_reads_the_files_that_definitions_refer_to() {
    let folder = tempfile::tempdir().unwrap();
    let attached = folder.path().join("attached.txt");
    std::fs::write(&attached, "one").unwrap();
    let definition = format!(
        "tests:\n  - name: upload\n    http:\n      url: http://127.0.0.1:1/\n      method: POST\n      \
         multipart: [{{ name: a, file: {} }}]\n",
        attached.display()
    );
    std::fs::write(folder.path().join("probes.yaml"), definition).unwrap();
    let served = follow(folder.path()).await;
    let id = ids(&served.get("/api/v1/tests").await).remove(0).1;
    let code = async || {
        let run = served.call("POST", &format!("/api/v1/tests/{id}/run"), None, None).await;
        run.body["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(code().await, "CONNREFUSED");
    std::fs::remove_file(&attached).unwrap();
    assert_eq!(code().await, "CONNREFUSED", "it was read when the test was");

    served.running.reload();
    served.until_logged("all definitions were reloaded", 1).await;
    assert_eq!(code().await, "INVALID_REQUEST");
    let listed = served.get("/api/v1/definitions").await;
    let file = &listed.body["items"][0];
    assert_eq!(
        (&file["ok"], &file["diagnostics"][0]["severity"]),
        (&json!(true), &json!("warning")),
        "{file}"
    );
    assert_eq!(served.logged("a definition file has warnings").len(), 1);
    let line = served.logged("all definitions were reloaded").remove(0);
    let counts =
        ["read", "removed", "files", "bad", "tests", "new", "changed", "gone"].map(|name| &line[name]);
    assert_eq!(counts.map(|count| count.as_u64().unwrap()), [1, 0, 1, 0, 1, 0, 0, 0], "{line}");

    std::fs::write(&attached, "two").unwrap();
    served.running.reload();
    served.until_logged("all definitions were reloaded", 2).await;
    assert_eq!(code().await, "CONNREFUSED");
    let test = served.get(&format!("/api/v1/tests/{id}")).await;
    assert_eq!(test.body["version"], json!(1), "the test itself has not changed");
}

#[tokio::test]
async fn one_reading_writes_a_bounded_number_of_lines() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..103 {
        std::fs::write(folder.path().join(format!("{number}.yaml")), "tests: nothing").unwrap();
    }
    let served = follow(folder.path()).await;
    assert_eq!(served.logged("none of its tests run").len(), 100);
    let more = served.logged("further definition files");
    assert_eq!((more.len(), &more[0]["more"]), (1, &json!(3)), "{more:?}");
}

#[tokio::test]
async fn what_files_say_is_quoted_to_admins_only() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = "tests:\n  - name: a\n    http: { url: http://a.test/, timeout: hunter2 }\n";
    std::fs::write(folder.path().join("probes.yaml"), wrong).unwrap();
    let definitions = vec![folder.path().to_owned()];
    let admin_token = Some(TokenHash::of(ADMIN));
    let served = Served::start(Config { definitions, admin_token, ..Config::default() }).await;
    let reader = served.token(&["tests:read"]).await;
    let listed = async |token: &str| served.call("GET", "/api/v1/definitions", Some(token), None).await;
    let (full, withheld) = (listed(ADMIN).await, listed(&reader).await);
    assert!(full.text.contains("hunter2"), "{full:?}");
    assert!(!withheld.text.contains("hunter2"), "{withheld:?}");
    let place = |answer: &Answer| {
        let found = &answer.body["items"][0]["diagnostics"][0];
        (found["severity"].clone(), found["line"].clone(), found["column"].clone(), found["path"].clone())
    };
    assert_eq!(place(&full), place(&withheld));
    assert_eq!(place(&withheld).1, json!(3), "{withheld:?}");
}
