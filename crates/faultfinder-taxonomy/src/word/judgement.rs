//! How assertions are judged: what follows when one does not hold, how many of a group must, and hash functions.

use super::words;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

words! {
    /// What follows when an assertion does not hold.
    Severity, "a severity" {
        /// The test fails.
        Fail = "fail" | "error",
        /// The result has a warning; the test does not fail because of it.
        Warn = "warn" | "warning",
    }
}

words! {
    /// How many assertions of a group must hold.
    GroupKind, "a kind of group" {
        /// At least one.
        Any = "any",
        /// All of them.
        All = "all",
        /// None of them.
        None = "none",
    }
}

words! {
    /// What an alert makes of results that do not come.
    MissingData, "a policy for missing results" {
        /// The test counts as failing.
        Alert = "alert" | "alerting" | "breaching",
        /// The test counts as passing.
        Normal = "normal" | "ok" | "not_breaching",
        /// The state stays as it is.
        Keep = "keep" | "keep_last" | "ignore",
        /// A state of its own, which is notified as such.
        NoData = "no_data" | "missing",
    }
}

words! {
    /// Something that happens to a test, other than its results, as far as alerts depend on it.
    Happening, "something that happens to a test" {
        /// Maintenance begins: failures do not count until it ends.
        MaintenanceBegins = "maintenance" | "maintenance_begins",
        /// Maintenance ends.
        MaintenanceEnds = "maintenance_ends",
        /// The test is paused: its alert ends.
        Paused = "pause" | "paused",
        /// It runs again.
        Resumed = "resume" | "resumed",
        /// Its definition changed: what was counted is forgotten, an alert goes on.
        Changed = "edit" | "edited" | "changed",
        /// It was deleted: its alert ends.
        Deleted = "delete" | "deleted",
        /// Nothing is sent until the silence ends, except that an alert which was sent has ended.
        SilenceBegins = "silence" | "silence_begins",
        /// A silence ends.
        SilenceEnds = "silence_ends",
        /// Somebody works on it: no reminders until the alert ends.
        Acknowledged = "acknowledge" | "acknowledged",
        /// A test that this one depends on has an alert: nothing is sent.
        ParentDown = "parent_down",
        /// The alert of that test has ended; the next result counts.
        ParentUp = "parent_up",
    }
}

words! {
    /// Where alerts are sent.
    NotifierKind, "a type of notifier" {
        /// JSON to any URL.
        Webhook = "webhook",
        /// Slack, by an incoming webhook.
        Slack = "slack",
        /// Discord, by a webhook.
        Discord = "discord",
        /// Microsoft Teams, by a workflow that receives a webhook.
        Teams = "teams" | "msteams",
        /// Telegram, by a bot.
        Telegram = "telegram",
        /// PagerDuty, by Events API v2.
        Pagerduty = "pagerduty",
        /// Opsgenie, by its Alert API.
        Opsgenie = "opsgenie",
        /// Prometheus Alertmanager, by its API v2.
        Alertmanager = "alertmanager",
        /// ntfy.
        Ntfy = "ntfy",
        /// Matrix, by its client-server API.
        Matrix = "matrix",
    }
}

words! {
    /// A hash function.
    HashAlgorithm, "a hash function" {
        /// MD5 (RFC 1321).
        Md5 = "md5",
        /// SHA-1 (FIPS 180-4).
        Sha1 = "sha1" | "sha-1",
        /// SHA-256 (FIPS 180-4).
        Sha256 = "sha256" | "sha-256",
        /// SHA-512 (FIPS 180-4).
        Sha512 = "sha512" | "sha-512",
    }
}

impl HashAlgorithm {
    /// How many hexadecimal digits a digest has.
    #[must_use]
    pub const fn digits(self) -> usize {
        match self {
            Self::Md5 => 32,
            Self::Sha1 => 40,
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        <Self as super::Word>::parse(&text)
            .map_err(|_| serde::de::Error::invalid_value(serde::de::Unexpected::Str(&text), &"fail or warn"))
    }
}
