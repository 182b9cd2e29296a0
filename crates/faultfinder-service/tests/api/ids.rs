//! `{{ public-id }}` and `{{ result-id }}` are the ids that the API knows a test and its result by.

use crate::served::{Served, keyed};
use serde_json::json;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

#[tokio::test]
async fn the_ids_in_a_request_are_those_of_the_stored_result() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let paths = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&paths);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.unwrap_or(0) > 0 {}
            let request = String::from_utf8_lossy(&request).into_owned();
            kept.lock().unwrap().push(request.split(' ').nth(1).unwrap_or_default().to_owned());
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
        }
    });
    let served = Served::start(keyed()).await;
    let url = format!("http://{address}/{{{{ public-id }}}}/{{{{ result-id }}}}");
    let definition = json!({ "version": 1, "tests": [{ "name": "a", "http": { "url": url } }] });

    let made = served.post("/api/v1/tests", json!({ "definition": definition })).await;
    let test = made.body["id"].as_str().unwrap();
    let run = served.call("POST", &format!("/api/v1/tests/{test}/run"), None, None).await;
    assert_eq!(run.status, 200, "{run:?}");
    let result = run.body["id"].as_str().unwrap();
    assert_eq!(paths.lock().unwrap()[..], [format!("/{test}/{result}")]);
    let stored = served.get(&format!("/api/v1/results/{result}")).await;
    assert_eq!((stored.status, stored.body["test"].as_str()), (200, Some(test)), "{stored:?}");

    // A test that is not kept has the id that its results show.
    let run = served.post("/api/v1/runs", json!({ "definition": definition })).await;
    let one = &run.body["items"][0];
    let expected = format!("/{}/{}", one["result"]["id"].as_str().unwrap(), one["id"].as_str().unwrap());
    assert_eq!(paths.lock().unwrap()[1], expected, "{run:?}");
}
