//! Notifiers that receive requests: for each type, the request.

use super::notice::{Facts, text_of};
use faultfinder_alert::{Event, Kind};
use faultfinder_taxonomy::word::NotifierKind;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

/// Where requests with notices go.
#[derive(Clone)]
pub(super) struct Endpoint {
    pub(super) kind: NotifierKind,
    /// Where it is; may be a secret.
    pub(super) url: String,
    pub(super) to: Option<String>,
    pub(super) secret: Option<String>,
    pub(super) headers: Vec<(String, String)>,
}

/// A request that delivers a notice.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Endpoint {
    /// What must not be shown: the URL, its path (that of a chat is the secret), and the secret.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let path =
            self.url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path);
        [Some(self.url.as_str()), path, self.secret.as_deref()].into_iter().flatten()
    }

    /// The request that delivers a notice.
    pub(super) fn request(&self, facts: &Facts) -> Request {
        let secret = self.secret.as_deref().unwrap_or_default();
        let text = text_of(facts);
        let has_ended = facts.event == Event::Recovery;
        let post = |url: String, body: Value| Request {
            method: "POST",
            url,
            headers: Vec::new(),
            body: body.to_string(),
        };
        let mut request = match self.kind {
            // `email` has a mailer instead of an endpoint.
            NotifierKind::Webhook | NotifierKind::Email => {
                let mut request = post(self.url.clone(), json!(facts));
                if self.secret.is_some() {
                    request
                        .headers
                        .push(("x-faultfinder-signature".to_owned(), signature(secret, &request.body)));
                }
                request
            }
            // `<!channel>` and links begin with `<`.
            NotifierKind::Slack => {
                let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                post(self.url.clone(), json!({ "text": shortened(&text, 30_000) }))
            }
            NotifierKind::Discord => {
                let body = json!({ "content": shortened(&text, 2_000), "allowed_mentions": { "parse": [] } });
                post(self.url.clone(), body)
            }
            NotifierKind::Teams => post(self.url.clone(), adaptive_card(facts, &text)),
            NotifierKind::Telegram => {
                let body = json!({
                    "chat_id": self.to, "text": shortened(&text, 4_096), "link_preview_options": { "is_disabled": true },
                });
                post(format!("{}/bot{secret}/sendMessage", self.url), body)
            }
            NotifierKind::Pagerduty => post(self.url.clone(), pagerduty(facts, secret)),
            NotifierKind::Opsgenie => self.opsgenie(facts, &text, secret),
            NotifierKind::Alertmanager => {
                // Without an end an alert goes on.
                let ends_at = has_ended.then_some(facts.at.as_str());
                let alert = json!({
                    "labels": { "alertname": "FaultfinderTest", "test": facts.test.name, "test_id": facts.test.id },
                    "annotations": { "summary": facts.summary, "description": text },
                    "startsAt": facts.since, "endsAt": ends_at.unwrap_or("0001-01-01T00:00:00.000Z"),
                });
                post(format!("{}/api/v2/alerts", self.url), json!([alert]))
            }
            NotifierKind::Ntfy => {
                let (server, topic) = self.url.rsplit_once('/').unwrap_or((&self.url, ""));
                let priority = match (has_ended, facts.priority) {
                    (true, _) => 3,
                    (false, Some(priority)) => 6_u8.saturating_sub(priority),
                    (false, None) => 4,
                };
                let body = json!({
                    "topic": topic, "title": shortened(&facts.summary, 250), "message": shortened(&text, 4_000),
                    "priority": priority, "tags": [if has_ended { "white_check_mark" } else { "rotating_light" }],
                });
                let mut request = post(server.to_owned(), body);
                request.headers.extend(self.secret.iter().map(|_| bearer(secret)));
                request
            }
            NotifierKind::Matrix => {
                let room = self.to.as_deref().unwrap_or_default();
                let room = percent_encoding::utf8_percent_encode(room, percent_encoding::NON_ALPHANUMERIC);
                let url = format!(
                    "{}/_matrix/client/v3/rooms/{room}/send/m.room.message/{}-{}",
                    self.url, facts.alert, facts.notice
                );
                let body = json!({ "msgtype": "m.text", "body": shortened(&text, 30_000) });
                Request { method: "PUT", headers: vec![bearer(secret)], ..post(url, body) }
            }
        };
        request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
        request.headers.push(("idempotency-key".to_owned(), format!("{}-{}", facts.alert, facts.notice)));
        request.headers.extend(self.headers.iter().cloned());
        request
    }

    fn opsgenie(&self, facts: &Facts, text: &str, key: &str) -> Request {
        let alias = &facts.alert;
        let (url, body) = if facts.event == Event::Recovery {
            let url = format!("{}/v2/alerts/{alias}/close?identifierType=alias", self.url);
            (url, json!({ "source": "faultfinder", "note": shortened(text, 25_000) }))
        } else {
            let body = json!({
                "message": shortened(&facts.summary, 130), "alias": alias, "source": "faultfinder",
                "description": shortened(text, 15_000), "tags": facts.test.tags,
                "priority": format!("P{}", facts.priority.unwrap_or(3)),
            });
            (format!("{}/v2/alerts", self.url), body)
        };
        let headers = vec![("authorization".to_owned(), format!("GenieKey {key}"))];
        Request { method: "POST", url, headers, body: body.to_string() }
    }
}

fn bearer(token: &str) -> (String, String) {
    ("authorization".to_owned(), format!("Bearer {token}"))
}

/// `sha256=` and the HMAC (RFC 2104) of the body.
fn signature(key: &str, body: &str) -> String {
    // A key may have any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return String::new() };
    mac.update(body.as_bytes());
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}

fn pagerduty(facts: &Facts, key: &str) -> Value {
    if facts.event == Event::Recovery {
        return json!({ "routing_key": key, "event_action": "resolve", "dedup_key": facts.alert });
    }
    let severity = match (facts.priority, facts.kind) {
        (Some(1), _) => "critical",
        (Some(4 | 5), _) => "info",
        (_, Kind::Degraded) | (Some(3), _) => "warning",
        _ => "error",
    };
    json!({
        "routing_key": key, "event_action": "trigger", "dedup_key": facts.alert,
        "payload": {
            "summary": shortened(&facts.summary, 1_024), "source": facts.test.name, "severity": severity,
            "timestamp": facts.at, "class": facts.fault.as_ref().map(|fault| fault.code.as_str()),
            "custom_details": facts,
        },
    })
}

fn adaptive_card(facts: &Facts, text: &str) -> Value {
    let color = if facts.event == Event::Recovery { "Good" } else { "Attention" };
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "type": "AdaptiveCard", "version": "1.4", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "body": [
                    { "type": "TextBlock", "text": shortened(&facts.test.name, 200), "weight": "Bolder", "color": color, "wrap": true },
                    { "type": "TextBlock", "text": shortened(text, 10_000), "wrap": true },
                ],
            },
        }],
    })
}

/// The beginning of a text: at most so many characters.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut text: String = text.chars().take(most.saturating_sub(1)).collect();
    text.push('…');
    text
}
