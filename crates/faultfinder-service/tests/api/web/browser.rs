//! A browser: it keeps its cookie, and says of itself what browsers say.

use crate::served::{Answer, Served};

/// What the header field of the policy has to be.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A browser with the session that it has.
pub(super) struct Browser<'a> {
    pub(super) served: &'a Served,
    pub(super) cookie: Option<String>,
}

impl<'a> Browser<'a> {
    pub(super) fn new(served: &'a Served) -> Self {
        Self { served, cookie: None }
    }

    /// One that has signed in with a token.
    pub(super) async fn signed_in(served: &'a Served, token: &str) -> Self {
        let mut browser = Self::new(served);
        let answer = browser.post("/sign-in", &[("token", token)]).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        browser.cookie = Some(cookie(&answer).expect("a session"));
        browser
    }

    fn fields(&self) -> String {
        let cookie =
            self.cookie.as_ref().map(|cookie| format!("cookie: a=b; faultfinder_session={cookie}\r\n"));
        format!(
            "host: localhost\r\nconnection: close\r\naccept: text/html,*/*;q=0.8\r\n{}",
            cookie.unwrap_or_default()
        )
    }

    /// Opens a page, and looks at the header fields that all have.
    pub(super) async fn get(&self, path: &str) -> Answer {
        let answer =
            self.served.raw(format!("GET {path} HTTP/1.1\r\n{}\r\n", self.fields()).as_bytes()).await;
        // Anyone may see a status page, so anyone may keep it.
        let is_public = path.starts_with("/status/") && answer.status == 200;
        secure_and(&answer, if is_public { "public, max-age=10" } else { "no-store" });
        answer
    }

    /// Opens a page that is there.
    pub(super) async fn open(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("text/html; charset=utf-8")),
            "{path}: {answer:?}"
        );
        answer.text
    }

    /// Sends a form.
    pub(super) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let pairs: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let body = pairs.join("&");
        let request = format!(
            "POST {path} HTTP/1.1\r\n{}origin: http://localhost\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.fields(),
            body.len()
        );
        let answer = self.served.raw(request.as_bytes()).await;
        secure(&answer);
        answer
    }

    /// Sends a form of a page, with what that page gave it.
    pub(super) async fn press(&self, page: &str, action: &str) -> Answer {
        let page = self.open(page).await;
        assert!(page.contains(&format!("action=\"{action}\"")), "no button for {action}: {page}");
        self.post(action, &[("csrf", csrf(&page).expect("a form"))]).await
    }
}

/// What the forms of a page carry.
pub(super) fn csrf(page: &str) -> Option<&str> {
    page.split_once("name=\"csrf\" value=\"")?.1.split_once('"').map(|(csrf, _)| csrf)
}

/// The session that an answer begins.
pub(super) fn cookie(answer: &Answer) -> Option<String> {
    let field = answer.header("set-cookie")?.strip_prefix("faultfinder_session=")?;
    field.split_once(';').map(|(secret, _)| secret.to_owned()).filter(|secret| !secret.is_empty())
}

/// Demands the header fields of pages.
#[track_caller]
pub(super) fn secure(answer: &Answer) {
    secure_and(answer, "no-store");
}

/// The same of a page that is kept like this.
#[track_caller]
fn secure_and(answer: &Answer, kept: &str) {
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", kept),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}: {answer:?}");
    }
}

/// Demands that nothing is in a page that acts: no script and no style that is written into it.
#[track_caller]
pub(super) fn inert(page: &str) {
    for (place, _) in page.match_indices("<script") {
        assert!(page[place..].starts_with("<script src=\"/assets/live-"), "{}", &page[place..]);
    }
    let lower = page.to_lowercase();
    for tag in lower.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let attributes = tag.split('"').step_by(2).collect::<Vec<_>>().join("");
        assert!(!attributes.contains(" on") && !attributes.contains(" style="), "{tag}");
        assert!(!tag.contains("javascript:"), "{tag}");
    }
    assert!(!lower.contains("<style") && !lower.contains("<iframe") && !lower.contains("<base"), "{page}");
    let hidden = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    let directs = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    assert!(
        !page.contains(|letter| hidden(letter) || directs(letter)),
        "a character that is not seen: {page:?}"
    );
}
