//! Where alerts are sent, with the values that the file of notifiers names.

use super::endpoint::Endpoint;
use super::mail::Mailer;
use super::notifier_error::NotifierError;
use faultfinder_spec::{NotifierSource, SecretSource, Spanned};
use faultfinder_taxonomy::word::NotifierKind;
use std::path::Path;

/// Longest secret or URL, in bytes.
const SECRET_BYTES_MAX: usize = 8_192;

/// Where alerts are sent.
#[derive(Clone)]
pub struct Notifier {
    name: String,
    kind: NotifierKind,
    channel: Channel,
}

/// How notices are sent.
#[derive(Clone)]
pub(super) enum Channel {
    /// As requests.
    Requests(Endpoint),
    /// As e-mail.
    Mail(Box<Mailer>),
}

impl std::fmt::Debug for Notifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notifier").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Notifier {
    /// A notifier with the values that its file names; paths are meant from `folder`.
    ///
    /// # Errors
    ///
    /// What is missing or cannot be read.
    pub fn resolve(
        source: &NotifierSource,
        folder: &Path,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, NotifierError> {
        let of_notifier = |why: String| NotifierError { place: source.place, why };
        let value = |source: &SecretSource| match source {
            SecretSource::Text(text) => Ok(text.clone()),
            SecretSource::Environment(name) => environment(name)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| format!("the environment variable {name} is not set")),
            SecretSource::File(name) => {
                let path = folder.join(name);
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| format!("{}: cannot be read: {error}", path.display()))?;
                let text = text.trim().to_owned();
                let fits = !text.is_empty() && text.len() <= SECRET_BYTES_MAX;
                fits.then_some(text).ok_or_else(|| format!("{}: expected one short line", path.display()))
            }
        };
        let secret = source.secret.as_ref().map(value).transpose().map_err(of_notifier)?;
        let default = match source.kind {
            NotifierKind::Telegram => "https://api.telegram.org",
            NotifierKind::Pagerduty => "https://events.pagerduty.com/v2/enqueue",
            NotifierKind::Opsgenie => "https://api.opsgenie.com",
            _ => "",
        };
        let url = match &source.url {
            Some(url) => value(&url.value)
                .map(|text| Spanned::new(text, url.place))
                .map_err(|why| NotifierError::about(url, why))?,
            None => Spanned::new(default.to_owned(), source.place),
        };
        let channel = match &source.mail {
            Some(mail) => Channel::Mail(Box::new(Mailer::resolve(mail, &url, &source.to, secret, folder)?)),
            None => Channel::Requests(endpoint(source, url, secret)?),
        };
        Ok(Self { name: source.name.clone(), kind: source.kind, channel })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What receives the alerts.
    #[must_use]
    pub const fn kind(&self) -> NotifierKind {
        self.kind
    }

    /// How it sends notices.
    pub(super) const fn channel(&self) -> &Channel {
        &self.channel
    }
}

/// Where requests go.
fn endpoint(
    source: &NotifierSource,
    url: Spanned<String>,
    secret: Option<String>,
) -> Result<Endpoint, NotifierError> {
    if !url.value.starts_with("https://") && !url.value.starts_with("http://") {
        return Err(NotifierError::about(&url, "the URL must begin with https:// or http://"));
    }
    Ok(Endpoint {
        kind: source.kind,
        url: url.value.trim_end_matches('/').to_owned(),
        to: source.to.first().map(|to| to.value.clone()),
        secret,
        headers: source.headers.clone(),
    })
}
