//! Where a mail server is, who sends and who receives.

use crate::alerts::notifier_error::NotifierError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultfinder_net::tls::{TlsClient, TlsOptions};
use faultfinder_net::{Host, Login, Pem, parse_url, through_interface};
use faultfinder_spec::{MailSource, Spanned};
use faultfinder_taxonomy::word::MailTls;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use lettre::Address;
use lettre::message::Mailbox;
use std::path::Path;
use url::Url;

/// The port of submission with TLS from the start (RFC 8314 section 7.3).
const SUBMISSIONS_PORT: u16 = 465;
/// The port of submission (RFC 6409 section 3.1).
const SUBMISSION_PORT: u16 = 587;
/// Longest address, in bytes: the longest path without its brackets (RFC 5321 section 4.5.3.1.3).
const ADDRESS_BYTES_MAX: usize = 254;
/// Longest name before an address, in characters.
const NAME_CHARACTERS_MAX: usize = 100;

/// A notifier that sends e-mail.
#[derive(Clone)]
pub(in crate::alerts) struct Mailer {
    pub(super) host: Host,
    pub(super) port: u16,
    pub(super) security: Security,
    /// Equal in all copies, so that the vantage prepares the client once.
    pub(super) tls: TlsOptions,
    pub(super) login: Option<Login>,
    pub(super) from: Mailbox,
    pub(super) to: Vec<Mailbox>,
    /// The password, and what a login sends of it.
    secrets: Vec<String>,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// TLS from the start.
    Tls,
    /// TLS that is asked for, and without which nothing is sent (RFC 3207).
    StartTls,
    /// Not at all.
    None,
}

impl Mailer {
    /// A mailer with the fields of a notifier; the file with certificates is meant from `folder`.
    ///
    /// # Errors
    ///
    /// The first field that is wrong.
    pub(in crate::alerts) fn resolve(
        mail: &MailSource,
        url: &Spanned<String>,
        to: &[Spanned<String>],
        password: Option<String>,
        folder: &Path,
    ) -> Result<Self, NotifierError> {
        let (host, port, security) = server(url, mail.tls.as_ref())?;
        let tls = tls_options(mail.ca_file.as_ref(), security, folder)?;
        let login = match (&mail.username, password) {
            (Some(user), Some(_)) if security == Security::None && !is_loopback(&host) => {
                return Err(NotifierError::about(
                    user,
                    format!("a password is sent without TLS to this host only, and {host} is another one"),
                ));
            }
            (Some(user), Some(password)) => Some(Login { username: user.value.clone(), password }),
            _ => None,
        };
        let secrets = login.as_ref().map(secrets_of).unwrap_or_default();
        let to = to.iter().map(mailbox).collect::<Result<_, _>>()?;
        Ok(Self { host, port, security, tls, login, from: mailbox(&mail.from)?, to, secrets })
    }

    /// What must not be shown: the password, also as it is sent.
    pub(in crate::alerts) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(String::as_str)
    }
}

/// A password, and the texts by which PLAIN (RFC 4616) and LOGIN send it.
fn secrets_of(login: &Login) -> Vec<String> {
    let Login { username, password } = login;
    vec![STANDARD.encode(format!("\0{username}\0{password}")), STANDARD.encode(password), password.clone()]
}

/// Whether a host is this one, whatever its network: an address of loopback, or a name for it (RFC 6761 section 6.3).
pub(super) fn is_loopback(host: &Host) -> bool {
    let is_local = |name: &str| {
        let name = name.strip_suffix('.').unwrap_or(name);
        name == "localhost" || name.ends_with(".localhost")
    };
    host.address()
        .map_or_else(|| host.name().is_some_and(is_local), |address| address.to_canonical().is_loopback())
}

/// The host and port of a URL, and how its connections are protected.
fn server(
    url: &Spanned<String>,
    tls: Option<&Spanned<MailTls>>,
) -> Result<(Host, u16, Security), NotifierError> {
    let wrong = |why: &str| NotifierError::about(url, why);
    let of_fault = |fault: Fault| NotifierError::about(url, fault.message);
    let parsed = parse_url(&url.value, "url", &["smtp", "smtps"], |_| {
        let detail = Detail::definition("ERR_INVALID_URL", "url");
        let message = "the URL must begin with smtps:// or smtp://";
        Fault::new(Code::InvalidRequest, Phase::Config, detail, message)
    });
    let parsed = parsed.map_err(of_fault)?;
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(wrong(
            "the URL cannot have a user: it is `username`, with a password in `secret_file` or `secret_env`",
        ));
    }
    if !matches!(parsed.path(), "" | "/") || parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(wrong("the URL ends with its host or port: a mail server has no paths"));
    }
    let host = host(&parsed, &url.value).map_err(of_fault)?;
    let is_tls = parsed.scheme() == "smtps";
    let security = match (is_tls, tls.map(|tls| tls.value)) {
        (true, None) => Security::Tls,
        (true, Some(_)) => {
            let why = "`tls` cannot be combined with smtps://, which is TLS from the start";
            return Err(tls.map_or_else(|| wrong(why), |tls| NotifierError::about(tls, why)));
        }
        (false, Some(MailTls::StartTls)) => Security::StartTls,
        (false, Some(MailTls::None)) => Security::None,
        (false, None) if is_loopback(&host) => Security::None,
        (false, None) => Security::StartTls,
    };
    let port = match parsed.port() {
        Some(0) => return Err(wrong("port 0 cannot be connected to")),
        Some(port) => port,
        None if is_tls => SUBMISSIONS_PORT,
        None => SUBMISSION_PORT,
    };
    Ok((host, port, security))
}

/// The host of a URL. Schemes that the URL standard does not know have theirs percent-encoded.
fn host(url: &Url, text: &str) -> Result<Host, Fault> {
    let host = percent_encoding::percent_decode_str(url.host_str().unwrap_or_default()).decode_utf8_lossy();
    Host::parse(&host, "url").map(|host| through_interface(host, text))
}

/// The options of TLS, if there is a connection with TLS: the trust of tests, and what the file has.
fn tls_options(
    ca_file: Option<&Spanned<String>>,
    security: Security,
    folder: &Path,
) -> Result<TlsOptions, NotifierError> {
    let Some(file) = ca_file else { return Ok(TlsOptions::default()) };
    if security == Security::None {
        return Err(NotifierError::about(file, "`ca_file` has no effect without TLS"));
    }
    let options = TlsOptions { ca: vec![Pem::File(folder.join(&file.value))], ..TlsOptions::default() };
    match TlsClient::check(&options, "ca_file").first() {
        Some(fault) => Err(NotifierError::about(file, fault.message.clone())),
        None => Ok(options),
    }
}

/// Reads `ops@example.com` or `Operations <ops@example.com>`.
fn mailbox(text: &Spanned<String>) -> Result<Mailbox, NotifierError> {
    let wrong = |why: &str| NotifierError::about(text, format!("{:?} is not an address: {why}", text.value));
    let written = text.value.trim();
    if written.len() > ADDRESS_BYTES_MAX + 4 * NAME_CHARACTERS_MAX {
        return Err(NotifierError::about(text, "the address is too long"));
    }
    let (name, address) = match written.split_once('<') {
        Some((name, rest)) => {
            let address = rest.strip_suffix('>').ok_or_else(|| wrong("it does not end with `>`"))?;
            let name = name.trim();
            let bare = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
            (Some(bare), address)
        }
        None => (None, written),
    };
    let name = name.filter(|name| !name.is_empty());
    if written.contains(char::is_control) {
        return Err(wrong("it has control characters"));
    }
    if name.is_some_and(|name| name.chars().count() > NAME_CHARACTERS_MAX) {
        return Err(wrong("its name is too long"));
    }
    if address.contains(',') {
        return Err(wrong("several addresses are a list"));
    }
    let (user, domain) =
        address.rsplit_once('@').ok_or_else(|| wrong("it needs an @, as in ops@example.com"))?;
    // Quoted ones can have anything in them, and nobody has one.
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '<' | '>');
    if !user.chars().all(is_plain) {
        return Err(wrong("before the @ it can have letters, digits and signs of ASCII"));
    }
    let domain = match domain.is_ascii() {
        true => domain.to_owned(),
        false => Host::parse(domain, "address").map_err(|fault| wrong(&fault.message))?.to_text(),
    };
    let address = Address::new(user, &domain).map_err(|error| wrong(&error.to_string().to_lowercase()))?;
    if AsRef::<str>::as_ref(&address).len() > ADDRESS_BYTES_MAX {
        return Err(wrong("it is too long"));
    }
    Ok(Mailbox::new(name.map(str::to_owned), address))
}

/// A mailer to a server that is not there.
#[cfg(test)]
pub(super) fn test_mailer() -> Mailer {
    tests::resolved("smtps://mail.test", "ff@example.com", &["ops@example.com"], |_| {}).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_spec::Place;

    fn at<T>(value: T, line: u32) -> Spanned<T> {
        Spanned::new(value, Place { line, ..Place::START })
    }

    /// A mailer whose URL is on line 1, the sender on line 2, and recipients on the following ones.
    pub(super) fn resolved(
        url: &str,
        from: &str,
        to: &[&str],
        change: impl FnOnce(&mut MailSource),
    ) -> Result<Mailer, NotifierError> {
        let mut mail = MailSource { from: at(from.to_owned(), 2), username: None, tls: None, ca_file: None };
        change(&mut mail);
        let to: Vec<_> = to.iter().zip(3..).map(|(to, line)| at((*to).to_owned(), line)).collect();
        let password = mail.username.is_some().then(|| "a password".to_owned());
        Mailer::resolve(&mail, &at(url.to_owned(), 1), &to, password, Path::new("."))
    }

    #[test]
    fn a_url_says_where_the_server_is_and_whether_there_is_tls() {
        use Security::{None, StartTls, Tls};
        for (url, host, port, security) in [
            ("smtps://mail.example.com", "mail.example.com", 465, Tls),
            ("smtps://Mail.example.com:4650/", "mail.example.com", 4_650, Tls),
            ("smtp://mail.example.com", "mail.example.com", 587, StartTls),
            ("smtp://mail.example.com:25", "mail.example.com", 25, StartTls),
            ("smtp://b\u{fc}cher.example", "xn--bcher-kva.example", 587, StartTls),
            ("smtp://[2001:db8::1]:2525", "2001:db8::1", 2_525, StartTls),
            ("smtps://[2001:db8::1]", "2001:db8::1", 465, Tls),
            ("smtp://127.0.0.2", "127.0.0.2", 587, None),
            ("smtp://[::1]:25", "::1", 25, None),
            ("smtp://localhost", "localhost", 587, None),
            ("smtps://localhost", "localhost", 465, Tls),
            ("smtp://localhost.example.com", "localhost.example.com", 587, StartTls),
        ] {
            let mailer = resolved(url, "a@b.test", &["c@d.test"], |_| {}).unwrap();
            assert_eq!(
                (mailer.host.to_text().as_str(), mailer.port, mailer.security),
                (host, port, security)
            );
        }
        for (url, words) in [
            ("https://mail.example.com", "must begin with smtps:// or smtp://"),
            ("mail.example.com", "it needs a scheme, such as smtps://"),
            ("smtp://", "host"),
            ("smtp://a b", ""),
            ("smtp://a.test:0", "port 0"),
            ("smtp://a.test:65536", "port"),
            ("smtp://a.test/inbox", "has no paths"),
            ("smtp://a.test?x", "has no paths"),
            ("smtp://ff:hush@a.test", "it is `username`"),
        ] {
            let error = resolved(url, "a@b.test", &["c@d.test"], |_| {}).err().unwrap();
            assert!(error.why.contains(words) && !error.why.contains("hush"), "{url}: {error}");
            assert_eq!(error.place.line, 1, "{url}");
        }
    }

    #[test]
    fn a_password_is_not_sent_without_tls_to_another_host() {
        let with = |url: &str, tls: Option<MailTls>| {
            resolved(url, "a@b.test", &["c@d.test"], |mail| {
                mail.username = Some(at("ff".to_owned(), 7));
                mail.tls = tls.map(|tls| at(tls, 8));
            })
        };
        let error = with("smtp://a.test", Some(MailTls::None)).err().unwrap();
        assert!(error.why.contains("to this host only") && error.place.line == 7, "{error}");
        for (url, tls) in
            [("smtp://a.test", None), ("smtps://a.test", None), ("smtp://[::1]", Some(MailTls::None))]
        {
            let mailer = with(url, tls).unwrap();
            let secrets: Vec<&str> = mailer.secrets().collect();
            assert_eq!(secrets, ["AGZmAGEgcGFzc3dvcmQ=", "YSBwYXNzd29yZA==", "a password"]);
        }
        let error = with("smtps://a.test", Some(MailTls::StartTls)).err().unwrap();
        assert!(error.why.contains("cannot be combined") && error.place.line == 8, "{error}");
        let without = resolved("smtp://a.test", "a@b.test", &["c@d.test"], |mail| {
            mail.tls = Some(at(MailTls::None, 8))
        });
        assert_eq!(without.unwrap().security, Security::None);
    }

    #[test]
    fn certificates_are_read_at_the_start() {
        let with = |url: &str| {
            let file = |mail: &mut MailSource| mail.ca_file = Some(at("not-there.pem".to_owned(), 9));
            resolved(url, "a@b.test", &["c@d.test"], file).err().unwrap()
        };
        let error = with("smtps://a.test");
        assert!(error.why.contains("cannot read ./not-there.pem") && error.place.line == 9, "{error}");
        let error = with("smtp://127.0.0.1");
        assert!(error.why.contains("no effect without TLS") && error.place.line == 9, "{error}");
    }

    #[test]
    fn addresses_are_those_that_every_server_takes() {
        for (text, name, address) in [
            ("ops@example.com", None, "ops@example.com"),
            (" <ops@example.com> ", None, "ops@example.com"),
            ("Anna M\u{fc}ller <anna+x@example.com>", Some("Anna M\u{fc}ller"), "anna+x@example.com"),
            ("\"M\u{fc}ller, Anna\" <anna@example.com>", Some("M\u{fc}ller, Anna"), "anna@example.com"),
            ("a@b\u{fc}cher.example", None, "a@xn--bcher-kva.example"),
        ] {
            let mailer = resolved("smtps://a.test", "a@b.test", &["c@d.test", text], |_| {}).unwrap();
            let expected = Mailbox::new(name.map(str::to_owned), address.parse().unwrap());
            assert_eq!(mailer.to[1], expected);
        }
        let long = format!("{}@example.com", "a".repeat(300));
        for text in [
            "",
            "ops",
            "@example.com",
            "ops@",
            "ops@a b",
            "a b@example.com",
            "\u{fc}@example.com",
            "<ops@example.com",
            "a@b.test, c@d.test",
            "a@b.test\r\nRCPT TO:<c@d.test>",
            "x\n <a@b.test>",
            "a@b.test\r\n<c@d.test>",
            "\"a b\"@c.test",
            "a>b@c.test",
            &long,
        ] {
            let error = resolved("smtps://a.test", "a@b.test", &["c@d.test", text], |_| {}).err();
            assert_eq!(error.map(|error| error.place.line), Some(4), "{text:?}");
            let error = resolved("smtps://a.test", text, &["c@d.test"], |_| {}).err();
            assert_eq!(error.map(|error| error.place.line), Some(2), "{text:?}");
        }
    }
}
