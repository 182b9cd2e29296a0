//! The types of fields that are not text.

use crate::nearest::nearest;
use crate::text::quoted;
use crate::{BadValue, FromText, RETRY_INTERVAL_MAX, duration};
use std::net::IpAddr;
use std::time::Duration;

/// Longest `timeout` and `overall_timeout`.
pub const TIMEOUT_MAX: Duration = Duration::from_secs(3600);

/// A choice of words: the enum, its words, and how it is read.
macro_rules! choice {
    (
        $(#[$doc:meta])*
        $name:ident, $expected:literal {
            $( $(#[$variant_doc:meta])* $variant:ident = $word:literal $(| $alias:literal)* ),+ $(,)?
        }
        $(later: $($later:literal),+ $(,)?)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_doc])* $variant, )+
        }

        impl $name {
            /// The words for it, in the order of the variants.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// Words that are known but not supported yet.
            pub(crate) const LATER: &'static [&'static str] = &[$($($later),+)?];

            /// The word for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromText for $name {
            fn expected() -> String {
                match Self::WORDS {
                    [only] => (*only).to_owned(),
                    words => format!(concat!($expected, " ({})"), one_of(words)),
                }
            }

            fn from_text(text: &str) -> Result<Self, BadValue> {
                match text {
                    $( $word $(| $alias)* => Ok(Self::$variant), )+
                    _ => Err(bad_choice::<Self>(text, Self::WORDS, Self::LATER)),
                }
            }
        }
    };
}

choice! {
    /// Which IP versions are tried.
    IpVersion, "an IP version" {
        /// Both, as RFC 8305 says.
        Any = "any",
        /// IPv4 only.
        V4 = "4" | "v4" | "ipv4",
        /// IPv6 only.
        V6 = "6" | "v6" | "ipv6",
    }
}

choice! {
    /// Which of several addresses are tried.
    AddressChoice, "a choice of addresses" {
        /// The first one only.
        First = "first",
        /// One after the other until one answers.
        Any = "any",
        /// Every one, each with a result of its own.
        All = "all",
    }
}

choice! {
    /// How a resolver is asked.
    ResolverTransport, "a transport" {
        /// Over UDP; over TCP when the answer is truncated.
        Udp = "udp",
        /// Over TCP.
        Tcp = "tcp",
        /// Over TLS (RFC 7858).
        Dot = "dot" | "tls",
        /// Over HTTPS (RFC 8484).
        Doh = "doh" | "https",
        /// Over QUIC (RFC 9250).
        Doq = "doq" | "quic",
    }
}

choice! {
    /// How a name server is asked.
    DnsTransport, "a transport" {
        /// Over UDP; over TCP when the answer is truncated.
        Udp = "udp",
        /// Over TCP.
        Tcp = "tcp",
        /// Over TLS (RFC 7858).
        Dot = "dot" | "tls",
        /// Over HTTPS (RFC 8484).
        Doh = "doh" | "https",
        /// Over QUIC (RFC 9250).
        Doq = "doq" | "quic",
    }
}

/// A type of DNS record: a mnemonic in capitals, or `TYPE` and a number (RFC 3597).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordType(String);

impl RecordType {
    /// The mnemonics of the types that can be asked for.
    pub const WORDS: &'static [&'static str] = &[
        "A",
        "AAAA",
        "ANY",
        "AFSDB",
        "APL",
        "CAA",
        "CDNSKEY",
        "CDS",
        "CERT",
        "CNAME",
        "CSYNC",
        "DHCID",
        "DLV",
        "DNAME",
        "DNSKEY",
        "DS",
        "HINFO",
        "HIP",
        "HTTPS",
        "IPSECKEY",
        "KX",
        "LOC",
        "MX",
        "NAPTR",
        "NS",
        "NSEC",
        "NSEC3",
        "NSEC3PARAM",
        "OPENPGPKEY",
        "PTR",
        "RP",
        "RRSIG",
        "SMIMEA",
        "SOA",
        "SPF",
        "SRV",
        "SSHFP",
        "SVCB",
        "TLSA",
        "TXT",
        "URI",
        "ZONEMD",
    ];

    /// The mnemonic, or `TYPE` and the number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for RecordType {
    fn expected() -> String {
        "a record type such as A, MX or HTTPS, or TYPE and a number".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let name = text.to_ascii_uppercase();
        let digits =
            name.strip_prefix("TYPE").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let numbered = digits.and_then(|digits| digits.parse::<u16>().ok()).is_some_and(|number| {
            // Not OPT, nor those of messages and zone transfers (RFC 6895 section 3.1).
            !matches!(number, 0 | 41 | 249..=254)
        });
        if numbered || Self::WORDS.contains(&name.as_str()) {
            return Ok(Self(name));
        }
        let label = nearest(&name, Self::WORDS.iter().copied()).map(|word| format!("did you mean `{word}`?"));
        Err(BadValue::expected::<Self>(text).label(label))
    }
}

choice! {
    /// What is done about the signatures of DNSSEC.
    Dnssec, "what is done about signatures" {
        /// Nothing.
        Off = "off" | "false",
        /// They are asked for.
        Request = "request" | "true",
        /// They are asked for and validated.
        Validate = "validate",
    }
}

choice! {
    /// The version of HTTP that is spoken.
    HttpVersion, "an HTTP version" {
        /// What ALPN gives; HTTP/1.1 without TLS.
        Auto = "auto",
        /// HTTP/1.1.
        Http11 = "1.1",
        /// HTTP/2 over TLS.
        Http2 = "2" | "2.0",
        /// HTTP/2 without TLS, with prior knowledge.
        H2c = "h2c",
        /// HTTP/3, and nothing else.
        Http3 = "3" | "3.0",
        /// HTTP/3 where the answer offers it.
        Discover = "discover",
    }
}

choice! {
    /// Which roots are trusted.
    Roots, "a set of roots" {
        /// Mozilla's, as bundled.
        Bundled = "bundled",
        /// The system's.
        System = "system",
        /// None but those in `ca`.
        None = "none",
    }
}

choice! {
    /// A version of TLS.
    TlsVersion, "a TLS version" {
        /// TLS 1.0 (RFC 2246).
        Tls10 = "1.0" | "1" | "TLSv1" | "TLSv1.0",
        /// TLS 1.1 (RFC 4346).
        Tls11 = "1.1" | "TLSv1.1",
        /// TLS 1.2 (RFC 5246).
        Tls12 = "1.2" | "TLSv1.2",
        /// TLS 1.3 (RFC 8446).
        Tls13 = "1.3" | "TLSv1.3",
    }
}

choice! {
    /// What is done with OCSP answers.
    Ocsp, "a way to use OCSP" {
        /// Nothing.
        Off = "off",
        /// A stapled answer is checked, when there is one.
        Staple = "staple",
        /// A stapled answer is required.
        Require = "require",
        /// The responder is asked when no good answer is stapled.
        Query = "query",
    }
}

choice! {
    /// Which certificates are looked up in CRLs.
    CrlCheck, "which certificates are looked up" {
        /// None.
        Off = "off" | "false",
        /// The leaf.
        Leaf = "leaf",
        /// The whole chain.
        Chain = "chain",
    }
}

choice! {
    /// Whether missing certificates of issuers are fetched.
    Aia, "whether certificates are fetched" {
        /// They are not.
        Off = "off" | "false",
        /// They are.
        Fetch = "fetch",
    }
}

choice! {
    /// How gRPC messages are compressed.
    Compression, "a compression" {
        /// Ours are not, the server's may be.
        Answers = "answers",
        /// Neither ours nor the server's.
        Off = "off" | "false",
        /// Ours by gzip.
        Gzip = "gzip",
        /// Ours by zstd.
        Zstd = "zstd",
    }
}

choice! {
    /// The version of an NTLM response.
    NtlmVersion, "a version of NTLM" {
        /// NTLM v1, which is broken.
        V1 = "1" | "v1",
        /// NTLM v2.
        V2 = "2" | "v2",
    }
}

choice! {
    /// Where a client's credentials are sent to a token endpoint (RFC 6749 section 2.3.1).
    CredentialsPlace, "a place" {
        /// In the `authorization` header.
        Header = "header",
        /// In the form.
        Body = "body",
    }
}

choice! {
    /// How a JSON web token is signed (RFC 7518 section 3.1).
    JwtAlgorithm, "an algorithm" {
        /// HMAC with SHA-256.
        Hs256 = "HS256" | "hs256",
        /// RSA with SHA-256.
        Rs256 = "RS256" | "rs256",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256" | "es256",
    }
    later: "HS384", "HS512", "RS384", "RS512", "ES384", "PS256", "EdDSA"
}

choice! {
    /// A setting of which only `off` is supported yet.
    OffOnly, "off" {
        /// Off.
        Off = "off" | "false",
    }
    later: "request", "validate", "true"
}

choice! {
    /// The protocol in which TLS is asked for.
    StartTls, "a protocol" {
        /// Mail between servers, and its submission (RFC 3207).
        Smtp = "smtp",
        /// Mail boxes (RFC 9051).
        Imap = "imap",
        /// Mail boxes (RFC 2595).
        Pop3 = "pop3",
        /// Files (RFC 4217).
        Ftp = "ftp",
        /// Directories (RFC 4511).
        Ldap = "ldap",
        /// PostgreSQL.
        Postgres = "postgres" | "postgresql",
        /// MySQL and MariaDB.
        Mysql = "mysql",
        /// Chat, from client to server (RFC 6120).
        Xmpp = "xmpp",
    }
}

choice! {
    /// Whether the route to the target is traced.
    TrackHops, "whether the route is traced" {
        /// It is not.
        Off = "off" | "false",
        /// It is: addresses and times.
        On = "on" | "true",
        /// It is, and names are looked up.
        Names = "names",
    }
}

choice! {
    /// What a certificate must be for, in OpenSSL's words.
    Purpose, "a purpose" {
        /// TLS server.
        SslServer = "sslserver",
        /// TLS client.
        SslClient = "sslclient",
        /// TLS server, as Netscape had it.
        NsSslServer = "nssslserver",
        /// Signing mail.
        SmimeSign = "smimesign",
        /// Encrypting mail.
        SmimeEncrypt = "smimeencrypt",
        /// Signing CRLs.
        CrlSign = "crlsign",
        /// Anything.
        Any = "any",
        /// Helping with OCSP.
        OcspHelper = "ocsphelper",
        /// Signing time stamps.
        TimestampSign = "timestampsign",
        /// Signing code.
        CodeSign = "codesign",
    }
}

impl PartialOrd for TlsVersion {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TlsVersion {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // The words are spelt so that they sort by age.
        self.as_str().cmp(other.as_str())
    }
}

/// Words for people: `a, b or c`.
pub(crate) fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn bad_choice<T: FromText>(text: &str, words: &[&str], later: &[&str]) -> BadValue {
    if later.contains(&text) {
        let bad = BadValue::new(format!("{} is not supported yet", quoted(text)))
            .label(Some("not supported yet".to_owned()))
            .help(format!("use {}", one_of(words)));
        return BadValue { later: true, ..bad };
    }
    let label = nearest(text, words.iter().copied()).map(|word| format!("did you mean `{word}`?"));
    BadValue::expected::<T>(text).label(label)
}

/// A port, 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(std::num::NonZeroU16);

impl Port {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl FromText for Port {
    fn expected() -> String {
        "a port from 1 to 65535".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        // `parse` would accept a plus sign.
        if text.starts_with('+') {
            return Err(bad_port(text));
        }
        text.parse().map(Self).map_err(|_| bad_port(text))
    }
}

fn bad_port(text: &str) -> BadValue {
    BadValue::expected::<Port>(text).name("ERR_SOCKET_BAD_PORT")
}

/// A time limit: more than 0, at most [`TIMEOUT_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeout(Duration);

impl Timeout {
    /// The time.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl FromText for Timeout {
    fn expected() -> String {
        "a time limit such as 500ms".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let time = duration::parse(text)?;
        if time.is_zero() {
            return Err(BadValue::new(format!("a time limit must be more than 0, found {}", quoted(text))));
        }
        if time > TIMEOUT_MAX {
            return Err(BadValue::new(format!("a time limit is at most 1h, found {}", quoted(text))));
        }
        Ok(Self(time))
    }
}

/// For how long a token that we make is valid: 1 s to 1 d.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifetime(Duration);

/// Shortest and longest [`Lifetime`].
const LIFETIME: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(86_400);

impl Lifetime {
    /// The time.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl FromText for Lifetime {
    fn expected() -> String {
        "a duration from 1s to 1d".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let lifetime = duration::parse(text)?;
        if LIFETIME.contains(&lifetime) { Ok(Self(lifetime)) } else { Err(BadValue::expected::<Self>(text)) }
    }
}

impl FromText for Duration {
    fn expected() -> String {
        "a duration such as 500ms".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        duration::parse(text)
    }
}

impl FromText for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        match text {
            "true" | "True" | "TRUE" => Ok(true),
            "false" | "False" | "FALSE" => Ok(false),
            // YAML 1.1 read these as booleans, YAML 1.2 does not.
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => Err(not_a_bool(text, "true")),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => Err(not_a_bool(text, "false")),
            _ => {
                let near = nearest(text, ["true", "false"]).map(|word| format!("did you mean `{word}`?"));
                Err(BadValue::expected::<Self>(text).label(near))
            }
        }
    }
}

fn not_a_bool(text: &str, meant: &str) -> BadValue {
    BadValue::expected::<bool>(text).label(Some(format!("write `{meant}`")))
}

impl FromText for IpAddr {
    fn expected() -> String {
        "an IP address".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        bare.parse().map_err(|_| {
            let bad = BadValue::expected::<Self>(text);
            if text.parse::<std::net::SocketAddr>().is_ok() {
                return bad.help("give the port in a field of its own");
            }
            bad
        })
    }
}

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Number<MIN, MAX> {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> FromText for Number<MIN, MAX> {
    fn expected() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadValue::expected::<Self>(text));
        }
        match text.parse() {
            Ok(number) if (MIN..=MAX).contains(&number) => Ok(Self(number)),
            _ => Err(BadValue::expected::<Self>(text)),
        }
    }
}

/// How often a test runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Every(pub(crate) Duration);

/// Shortest and longest `every`.
const EVERY: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(7 * 86_400);

impl FromText for Every {
    fn expected() -> String {
        "a duration from 1s to 7d".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let every = duration::parse(text)?;
        if EVERY.contains(&every) { Ok(Self(every)) } else { Err(BadValue::expected::<Self>(text)) }
    }
}

/// The pause before a retry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryInterval(pub(crate) Duration);

impl FromText for RetryInterval {
    fn expected() -> String {
        format!("a duration up to {}", duration::display(RETRY_INTERVAL_MAX))
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let interval = duration::parse(text)?;
        if interval <= RETRY_INTERVAL_MAX {
            Ok(Self(interval))
        } else {
            Err(BadValue::expected::<Self>(text))
        }
    }
}

/// Time between two echo requests, from 1 ms to 60 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EchoInterval(Duration);

impl EchoInterval {
    const RANGE: std::ops::RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(60);

    /// The time.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl FromText for EchoInterval {
    fn expected() -> String {
        "a duration from 1ms to 60s".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let interval = duration::parse(text)?;
        if Self::RANGE.contains(&interval) {
            Ok(Self(interval))
        } else {
            Err(BadValue::expected::<Self>(text))
        }
    }
}

/// The version of the format.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormatVersion;

impl FromText for FormatVersion {
    fn expected() -> String {
        "version 1".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        if text == "1" { Ok(Self) } else { Err(BadValue::expected::<Self>(text)) }
    }
}

/// Most characters of a method.
pub const METHOD_CHARS_MAX: usize = 64;

/// An HTTP method: a token (RFC 9110 section 9.1), sent as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Method(String);

impl Method {
    /// The methods that are proposed when a spelling is close.
    pub(crate) const KNOWN: &'static [&'static str] =
        &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

    /// The method.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for Method {
    fn expected() -> String {
        "an HTTP method such as GET".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        if is_token(text) && text.len() <= METHOD_CHARS_MAX {
            return Ok(Self(text.to_owned()));
        }
        Err(BadValue::expected::<Self>(text).name("ERR_INVALID_HTTP_TOKEN"))
    }
}

/// Whether a text is a token (RFC 9110 section 5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
