//! Tests of files: shown and run, and changed in their files alone.

use crate::served::{Served, definition};
use faultfinder_service::Config;
use serde_json::json;
use std::path::Path;

/// Puts a text in the place of a file at once, as editors do: nobody sees half of it.
fn replace(file: &Path, text: &str) {
    let new = file.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, file).unwrap();
}

#[tokio::test]
async fn tests_follow_their_files_and_outlive_a_bad_edit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("probes.yaml");
    let test = |name: &str| format!("tests:\n  - name: {name}\n    tcp: {{ host: 127.0.0.1, port: 1 }}\n");
    std::fs::write(&file, test("first")).unwrap();
    let served =
        Served::start(Config { definitions: vec![folder.path().to_owned()], ..Config::default() }).await;

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
    served.until_logged("definitions have mistakes", 1).await;
    assert_eq!(served.get(&path).await.status, 200);
    let ready = served.get("/readyz").await;
    assert_eq!((ready.status, &ready.body["definitions"]["ok"]), (200, &json!(false)), "{ready:?}");

    replace(&file, &test("second"));
    served.until_logged("definitions were reloaded", 1).await;
    let listed = served.get("/api/v1/tests").await;
    assert_eq!(listed.body["items"][0]["name"], json!("second"), "{listed:?}");
    served.get(&path).await.envelope(410, "Gone");
    assert_eq!(served.get("/readyz").await.body["definitions"]["ok"], json!(true));
}
