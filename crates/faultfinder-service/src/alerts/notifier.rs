//! Where alerts are sent, with the values that the file of notifiers names.

use super::endpoint::Endpoint;
use faultfinder_spec::{NotifierSource, SecretSource};
use faultfinder_taxonomy::word::NotifierKind;
use std::path::Path;

/// Longest secret or URL, in bytes.
const SECRET_BYTES_MAX: usize = 8_192;

/// Where alerts are sent.
#[derive(Clone)]
pub struct Notifier {
    name: String,
    kind: NotifierKind,
    endpoint: Endpoint,
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
    ) -> Result<Self, String> {
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
        let url = source.url.as_ref().map(value).transpose()?;
        let default = match source.kind {
            NotifierKind::Telegram => "https://api.telegram.org",
            NotifierKind::Pagerduty => "https://events.pagerduty.com/v2/enqueue",
            NotifierKind::Opsgenie => "https://api.opsgenie.com",
            _ => "",
        };
        let url = url.unwrap_or_else(|| default.to_owned());
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err("the URL must begin with https:// or http://".to_owned());
        }
        let endpoint = Endpoint {
            kind: source.kind,
            url: url.trim_end_matches('/').to_owned(),
            to: source.to.clone(),
            secret: source.secret.as_ref().map(value).transpose()?,
            headers: source.headers.clone(),
        };
        Ok(Self { name: source.name.clone(), kind: source.kind, endpoint })
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

    /// Where its requests go.
    pub(super) const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}
