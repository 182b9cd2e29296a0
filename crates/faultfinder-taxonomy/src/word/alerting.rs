//! Alerts: what missing results mean, what happens to tests, where alerts are sent.

use super::words;

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
        /// E-mail, by SMTP.
        Email = "email" | "mail" | "smtp",
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
    /// How a mail server that is reached without TLS goes on.
    MailTls, "how a mail server is spoken to" {
        /// TLS is asked for (STARTTLS), and nothing is sent without it.
        StartTls = "starttls",
        /// Without TLS.
        None = "none" | "plain",
    }
}

words! {
    /// A result in a history that tests alerts.
    HistoryResult, "a result" {
        /// It passes.
        Pass = "pass",
        /// It fails.
        Fail = "fail",
        /// It passes with warnings.
        Warn = "warn",
        /// This host is to blame for it.
        Error = "error",
        /// The run did not happen.
        Missed = "missed",
    }
}
