//! The document and the routes, held against each other.

use super::super::router::{reports, router};
use crate::service::Service;
use crate::workers::Workers;
use crate::{Config, Scope, Token, TokenHash, store};
use axum::Router;
use axum::body::Body;
use faultfinder_net::{Clock, Vantage};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use tower::ServiceExt as _;

const ADMIN: &str = "an admin token for tests";
const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];

/// The routes of a service with an empty store, which ends with the folder.
struct Routes {
    router: Router,
    service: Arc<Service>,
    _folder: tempfile::TempDir,
}

impl Routes {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("service.db").display());
        let config = Config { admin_token: Some(TokenHash::of(ADMIN)), ..Config::default() };
        let store = store::open(&url).await.unwrap();
        let service = Arc::new(Service::new(
            config,
            store,
            Clock::system(),
            Vantage::system(),
            Workers::start().unwrap(),
        ));
        Self { router: router(Arc::clone(&service)), service, _folder: folder }
    }

    async fn call(&self, method: &str, path: &str, token: Option<&str>) -> (StatusCode, Value) {
        let mut request =
            Request::builder().method(method.to_uppercase().as_str()).uri(path).header("host", "localhost");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let has_body = matches!(method, "post" | "put");
        let body = if has_body { Body::from("{}") } else { Body::empty() };
        let request = request.header("content-type", "application/json").body(body).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        // Metrics are text.
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn document(&self) -> Value {
        let (status, document) = self.call("get", "/api/v1/openapi.json", None).await;
        assert_eq!(status, StatusCode::OK, "{document}");
        document
    }

    /// A token with one scope.
    async fn token(&self, scope: Scope) -> String {
        let text = format!("a token for {}", scope.as_str());
        let token = Token {
            id: scope.as_str().to_owned(),
            name: text.clone(),
            scopes: BTreeSet::from([scope]),
            created_at: self.service.now(),
            expires_at: None,
            revoked_at: None,
        };
        self.service.store().create_token(token, TokenHash::of(&text)).await.unwrap();
        text
    }
}

/// Each path, method and operation of a document; the path has names instead of parameters.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace("{id}", "nobody").replace("{code}", "nobody");
        assert!(!path.contains('{'), "{path}");
        for (method, operation) in item.as_object().unwrap() {
            all.push((path.clone(), method.clone(), operation.clone()));
        }
    }
    all
}

#[tokio::test]
async fn what_is_documented_is_there_and_answers_as_it_says() {
    let routes = Routes::new().await;
    let document = routes.document().await;
    let operations = operations(&document);
    assert!(operations.len() >= 20, "{}", operations.len());
    for (path, method, operation) in &operations {
        for token in [Some(ADMIN), None] {
            let (status, body) = routes.call(method, path, token).await;
            let word = &body["error"]["details"]["errorCode"];
            assert!(*word != "NoSuchRoute" && status != StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            let documented = operation["responses"].as_object().unwrap();
            assert!(documented.contains_key(status.as_str()), "{method} {path}: {status}: {body}");
        }
    }
    for path in operations.iter().map(|(path, ..)| path).collect::<BTreeSet<_>>() {
        let has = |method: &str| operations.iter().any(|(one, known, _)| one == path && known == method);
        for method in METHODS.iter().filter(|method| !has(method)) {
            let (status, _) = routes.call(method, path, Some(ADMIN)).await;
            assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
}

/// The paths that a router answers, as its `Debug` shows them: axum has no other list of them.
fn paths_of(router: &Router) -> BTreeSet<String> {
    let shown = format!("{router:?}");
    // "/" and what is private are axum's own, for the fallback and for what is nested.
    let texts = shown.split('"').filter(|text| text.starts_with('/') && !text.contains("__private__"));
    texts.filter(|text| *text != "/").map(str::to_owned).collect()
}

#[tokio::test]
async fn what_is_there_is_documented() {
    let routes = Routes::new().await;
    let document = routes.document().await;
    let documented: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    // Pages are for people; what they answer is not the contract of the API.
    let pages = paths_of(&crate::pages::router(&routes.service));
    assert!(pages.len() > 10 && pages.is_disjoint(&documented), "{pages:?}");
    // Nor is what jobs send that know a key and nothing else.
    let reports = paths_of(&reports(&routes.service).with_state(Arc::clone(&routes.service)));
    assert!(reports.len() == 4 && reports.is_disjoint(&documented), "{reports:?}");
    assert_eq!(paths_of(&routes.router), &(&documented | &pages) | &reports);
}

#[test]
fn a_route_without_a_description_is_seen() {
    let router = Router::new().route("/hidden/{id}", axum::routing::get(async || "x"));
    assert_eq!(paths_of(&router), BTreeSet::from(["/hidden/{id}".to_owned()]));
}

#[tokio::test]
async fn the_scopes_of_the_document_are_those_that_are_demanded() {
    let routes = Routes::new().await;
    let document = routes.document().await;
    for scope in [Scope::TestsRead, Scope::ResultsRead] {
        let token = routes.token(scope).await;
        for (path, method, operation) in operations(&document) {
            let (status, body) = routes.call(&method, &path, Some(&token)).await;
            let documented = operation["security"][0]["token"].as_array().into_iter().flatten();
            let expected: Vec<&Value> = documented.filter(|one| *one != scope.as_str()).collect();
            let missing = body["error"]["details"]["missingScopes"].as_array().into_iter().flatten();
            assert_eq!(missing.collect::<Vec<_>>(), expected, "{method} {path}");
            assert_eq!(status == StatusCode::FORBIDDEN, !expected.is_empty(), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_document_is_whole() {
    let routes = Routes::new().await;
    let document = routes.document().await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        assert!(ids.insert(id), "{method} {path}: its operationId is another's, too");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            let has_body = response.get("$ref").is_some() || response.get("content").is_some();
            assert!(has_body && status.len() == 3, "{method} {path}: {status}: {response}");
        }
        for link in operation["responses"]["201"]["links"].as_object().into_iter().flatten() {
            let id = link.1["operationId"].as_str().unwrap();
            assert!(document.to_string().contains(&format!("\"operationId\":\"{id}\"")), "{id}");
        }
    }
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let place = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(place).is_some(), "{reference}");
        }
        match value {
            Value::Object(fields) => open.extend(fields.values()),
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    let envelope = &document["components"]["schemas"]["ErrorEnvelope"];
    assert_eq!(envelope["required"], json!(["error"]));
}

/// The references of a schema, in the order in which they come.
fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn definitions_are_described_as_the_command_line_does() {
    let document = Routes::new().await.document().await;
    let described = &document["components"]["schemas"]["Definition"];
    let mut printed = faultfinder_engine::definition_schema();
    let list = printed["anyOf"].as_array_mut().and_then(Vec::pop);
    assert_eq!(list.map(|list| list["type"].clone()), Some(json!("array")));
    assert_eq!(described["anyOf"].as_array().map(Vec::len), Some(2));
    let names = |schema: &Value| schema["$defs"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(described), names(&printed));
    let (mut here, mut there) = (Vec::new(), Vec::new());
    references(described, &mut here);
    references(&printed, &mut there);
    let there: Vec<_> =
        there.iter().map(|place| place.replacen('#', "#/components/schemas/Definition", 1)).collect();
    assert!(here == there && here.len() > 10, "{here:?}");
    let used = document["components"]["schemas"]["NewTest"]["properties"]["definition"].to_string();
    assert!(used.contains("#/components/schemas/Definition"), "{used}");
}
