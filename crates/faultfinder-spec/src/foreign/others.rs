//! Files of tools that are not read, by what they are.

use super::kuma;
use super::shape::{any_item, has};
use crate::yaml::Node;

/// What a file is that holds no tests of ours and that nothing reads.
pub(crate) fn unread(root: &Node) -> Option<&'static str> {
    let info_has = |key| root.get("info").is_some_and(|info| has(info, key));
    let all = |keys: &[&str]| keys.iter().all(|key| has(root, key));
    Some(if all(&["monitorList", "notificationList"]) && !kuma::is_one(root) {
        "a backup of Uptime Kuma without monitors"
    } else if info_has("_postman_id") || (info_has("schema") && has(root, "item")) {
        "a Postman collection"
    } else if info_has("title") && (has(root, "openapi") || has(root, "swagger")) {
        "an OpenAPI document"
    } else if root.get("log").is_some_and(|log| has(log, "entries")) {
        "an HTTP archive (HAR)"
    } else if has(root, "scrape_configs") {
        "a configuration of Prometheus"
    } else if all(&["test_name", "stages"]) {
        "a test of Tavern"
    } else if root.get("groups").is_some_and(|groups| any_item(groups, |one| has(one, "rules"))) {
        "a file of Prometheus rules"
    } else {
        return None;
    })
}

/// Methods that a Hurl file's requests begin with.
const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE"];

/// Whether a text that is not YAML of ours is a Hurl file: its first line that is not a comment has a method and a URL.
pub(crate) fn is_hurl(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.and_then(|line| line.split_once(' ')).is_some_and(|(method, url)| {
        METHODS.contains(&method) && (url.contains("://") || url.trim_start().starts_with("{{"))
    })
}
