//! Files of notifiers: what is read, and what is wrong with them.

use faultfinder_spec::{NotifierSource, RECIPIENTS_MAX, Source, read_notifiers};
use faultfinder_taxonomy::word::{MailTls, NotifierKind};

fn read(text: &str) -> Result<Vec<NotifierSource>, Vec<String>> {
    read_notifiers(&Source::new("notifiers.yaml", text))
        .map_err(|found| found.iter().map(ToString::to_string).collect())
}

/// A notifier with these fields, each on a line of its own from the third one.
fn notifier(fields: &[&str]) -> String {
    let fields: String = fields.iter().map(|field| format!("    {field}\n")).collect();
    format!("notifiers:\n  - name: mail\n{fields}")
}

const MAIL: [&str; 4] = ["type: email", "url: smtps://a.test", "from: a@b.test", "to: c@d.test"];

#[test]
fn a_notifier_by_e_mail_has_its_fields() {
    let more = ["username: ff", "secret_env: KEY", "tls: none", "ca_file: ca.pem"];
    let read = read(&notifier(&[&MAIL[..], &more].concat())).unwrap().remove(0);
    let mail = read.mail.unwrap();
    assert_eq!(
        (read.kind, read.to[0].value.as_str(), read.to[0].place.line),
        (NotifierKind::Email, "c@d.test", 6)
    );
    assert_eq!((mail.from.value.as_str(), mail.from.place.line, mail.from.place.column), ("a@b.test", 5, 11));
    assert_eq!(mail.username.unwrap().value, "ff");
    assert_eq!(mail.tls.unwrap().value, MailTls::None);
    assert_eq!(mail.ca_file.unwrap().value, "ca.pem");

    let list = |count: usize| {
        let to = format!("to: [{}]", vec!["c@d.test"; count].join(", "));
        self::read(&notifier(&[&MAIL[..3], &[to.as_str()]].concat()))
    };
    assert_eq!(list(RECIPIENTS_MAX).unwrap()[0].to.len(), RECIPIENTS_MAX);
    let found = list(RECIPIENTS_MAX + 1).unwrap_err();
    assert!(found[0].contains("at most 20 items, found 21"), "{found:?}");
}

#[test]
fn what_is_missing_is_named() {
    for (fields, expected) in [
        (
            vec![MAIL[0], MAIL[2], MAIL[3]],
            "2:5: a notifier of the type `email` needs `url`, `url_file` or `url_env`",
        ),
        (
            vec![MAIL[0], MAIL[1], MAIL[3]],
            "2:5: a notifier of the type `email` needs `from`: the address of the sender",
        ),
        (
            MAIL[..3].to_vec(),
            "2:5: a notifier of the type `email` needs `to`: the addresses of the recipients",
        ),
        (
            [&MAIL[..3], &["to: []"]].concat(),
            "2:5: a notifier of the type `email` needs `to`: the addresses of the recipients",
        ),
        (
            [&MAIL[..], &["username: ff"]].concat(),
            "2:5: a notifier of the type `email` needs `secret_file` or `secret_env`: the password of `username`",
        ),
        (
            [&MAIL[..], &["secret_env: KEY"]].concat(),
            "2:5: a notifier of the type `email` needs `username`: the user with this password",
        ),
        (
            vec!["type: telegram", "secret_env: KEY"],
            "2:5: a notifier of the type `telegram` needs `to`: the chat",
        ),
    ] {
        assert_eq!(read(&notifier(&fields)).unwrap_err(), [format!("notifiers.yaml:{expected}")]);
    }
}

#[test]
fn a_field_of_another_type_is_wrong() {
    let slack = ["type: slack", "url: https://a.test"];
    for field in ["from: a@b.test", "to: c", "username: ff", "tls: none", "ca_file: ca.pem"] {
        let name = field.split(':').next().unwrap();
        let expected = format!("notifiers.yaml:5:5: a notifier of the type `slack` has no field `{name}`");
        assert_eq!(read(&notifier(&[&slack[..], &[field]].concat())).unwrap_err(), [expected]);
    }
    let found = read(&notifier(&[&MAIL[..], &["headers: { a: b }"]].concat())).unwrap_err();
    assert_eq!(found, ["notifiers.yaml:7:5: a notifier of the type `email` has no field `headers`"]);
    let matrix = ["type: matrix", "url: https://a.test", "secret_env: KEY", "to: [a, b]"];
    let found = read(&notifier(&matrix)).unwrap_err();
    assert_eq!(found, ["notifiers.yaml:6:13: a notifier of the type `matrix` reaches one chat or room"]);
    let found = read(&notifier(&[&MAIL[..], &["tls: sometimes"]].concat())).unwrap_err();
    assert!(found[0].contains("expected how a mail server is spoken to (starttls or none)"), "{found:?}");
}
