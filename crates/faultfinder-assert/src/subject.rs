//! What an assertion reads.

use crate::AssertionError;
use crate::cursor::{Cursor, unquote};
use crate::error::quoted;
use crate::jsonpath::JsonPath;
use crate::operator::Operator;
use faultfinder_taxonomy::word::RecordType;
use faultfinder_taxonomy::word::nearest;
use faultfinder_taxonomy::{BODY_BYTES_MAX, Phase};

/// What an assertion reads.
#[derive(Debug, Clone)]
pub(crate) enum Subject {
    Status,
    /// A header by its name in lower case.
    Header(String),
    /// A field of the trailer section by its name in lower case.
    Trailer(String),
    /// Metadata of a gRPC answer by its name in lower case.
    Metadata(String),
    Body,
    JsonPath(Box<JsonPath>),
    ResponseTime,
    PhaseTime(Phase),
    Certificate(CertificateField),
    Chain(ChainField),
    TlsVersion,
    Alpn,
    Record {
        quantifier: Option<Quantifier>,
        /// The type; every type when nothing is said.
        record_type: Option<RecordType>,
    },
    Rcode,
    Ttl,
    Dnssec,
    /// Whether the name servers of a zone agree.
    NameServers,
    /// The serial number of the zone, at each of its name servers.
    Serial,
    Connection,
    Received,
    PacketLoss,
    PacketsReceived,
    Latency(LatencyFigure),
    GrpcStatus,
    GrpcMessage,
    Health,
    Subprotocol,
    CloseCode,
    NetworkHops,
}

/// A figure of round trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LatencyFigure {
    Min,
    Avg,
    Max,
    Stddev,
}

/// A fact of the leaf certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CertificateField {
    ExpiresIn,
    Subject,
    Issuer,
    San,
    Key,
}

/// A fact of the chain that was verified, from the leaf to the trusted certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChainField {
    /// Until its first certificate expires.
    ExpiresIn,
    /// How many certificates it has.
    Length,
}

/// How many records have to satisfy an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Some,
    Every,
}

const FIELDS: [CertificateField; 5] = [
    CertificateField::ExpiresIn,
    CertificateField::Subject,
    CertificateField::Issuer,
    CertificateField::San,
    CertificateField::Key,
];

const CHAIN_FIELDS: [ChainField; 2] = [ChainField::ExpiresIn, ChainField::Length];

/// Words that begin a subject, in addition to `<phase>_time`.
const WORDS: &[&str] = &[
    "status",
    "header",
    "trailer",
    "body",
    "jsonpath",
    "response_time",
    "certificate",
    "chain",
    "tls_version",
    "alpn",
    "some",
    "every",
    "record",
    "rcode",
    "ttl",
    "dnssec",
    "name_servers",
    "serial",
    "connection",
    "received",
    "packet_loss",
    "packets_received",
    "latency",
    "grpc_status",
    "grpc_message",
    "metadata",
    "health",
    "subprotocol",
    "close_code",
    "network_hops",
];

/// What people write in other tools, and what it is called here.
const FOREIGN: &[(&str, &str)] = &[
    ("statusCode", "status"),
    ("status_code", "status"),
    ("responseTime", "response_time"),
    ("packetLossPercentage", "packet_loss"),
    ("packetsReceived", "packets_received"),
    ("any", "some"),
    ("all", "every"),
    ("headers", "header"),
    ("trailers", "trailer"),
    ("cert", "certificate"),
    ("json", "jsonpath"),
    ("grpcHealthcheckStatus", "health"),
    ("grpcMetadata", "metadata"),
    ("closeCode", "close_code"),
    ("receivedMessage", "received"),
    ("networkHop", "network_hops"),
    ("hops", "network_hops"),
];

/// Longest name of a header, in bytes.
const HEADER_NAME_BYTES_MAX: usize = 256;

const FIGURES: [LatencyFigure; 4] =
    [LatencyFigure::Min, LatencyFigure::Avg, LatencyFigure::Max, LatencyFigure::Stddev];

impl LatencyFigure {
    const fn word(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Avg => "avg",
            Self::Max => "max",
            Self::Stddev => "stddev",
        }
    }
}

impl CertificateField {
    const fn word(self) -> &'static str {
        match self {
            Self::ExpiresIn => "expires_in",
            Self::Subject => "subject",
            Self::Issuer => "issuer",
            Self::San => "san",
            Self::Key => "key",
        }
    }
}

impl ChainField {
    const fn word(self) -> &'static str {
        match self {
            Self::ExpiresIn => "expires_in",
            Self::Length => "length",
        }
    }
}

/// Longest text of a header, of metadata, and of everything else that is short, in bytes.
const SHORT_TEXT_BYTES_MAX: usize = 64 << 10;

impl Subject {
    /// How long a text can be that it yields, in bytes.
    pub(crate) const fn text_bytes_max(&self) -> usize {
        match self {
            Self::Body | Self::JsonPath(_) | Self::Received => BODY_BYTES_MAX,
            _ => SHORT_TEXT_BYTES_MAX,
        }
    }

    /// The word that names its kind.
    pub(crate) fn keyword(&self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Header(_) => "header",
            Self::Body => "body",
            Self::JsonPath(_) => "jsonpath",
            Self::ResponseTime => "response_time",
            Self::PhaseTime(phase) => phase_word(*phase),
            Self::Certificate(_) => "certificate",
            Self::Chain(_) => "chain",
            Self::TlsVersion => "tls_version",
            Self::Alpn => "alpn",
            Self::Record { .. } => "record",
            Self::Rcode => "rcode",
            Self::Ttl => "ttl",
            Self::Dnssec => "dnssec",
            Self::NameServers => "name_servers",
            Self::Serial => "serial",
            Self::Connection => "connection",
            Self::Received => "received",
            Self::PacketLoss => "packet_loss",
            Self::PacketsReceived => "packets_received",
            Self::Latency(_) => "latency",
            Self::GrpcStatus => "grpc_status",
            Self::GrpcMessage => "grpc_message",
            Self::Metadata(_) => "metadata",
            Self::Trailer(_) => "trailer",
            Self::Health => "health",
            Self::Subprotocol => "subprotocol",
            Self::CloseCode => "close_code",
            Self::NetworkHops => "network_hops",
        }
    }

    /// Whether it can be compared like that.
    pub(crate) const fn accepts(&self, operator: Operator) -> bool {
        self.operators().accepts(operator)
    }

    /// The operators that fit, for messages.
    pub(crate) fn expected_operators(&self) -> String {
        let operators = self.operators();
        let all = [
            (operators.is, "is"),
            (operators.contains, "contains"),
            (operators.matches, "matches"),
            (operators.orders, "<, <=, >, >="),
            (true, "exists"),
        ];
        all.iter().filter(|(fits, _)| *fits).map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
    }

    const fn operators(&self) -> Operators {
        match self {
            Self::Header(_) | Self::Body | Self::JsonPath(_) | Self::Received => Operators::ALL,
            Self::Certificate(CertificateField::Key) => Operators::ALL,
            Self::Status | Self::CloseCode => Operators::CODE,
            Self::ResponseTime
            | Self::PhaseTime(_)
            | Self::Certificate(CertificateField::ExpiresIn)
            | Self::Chain(ChainField::ExpiresIn) => Operators::ORDER,
            Self::Certificate(_) | Self::Record { .. } => Operators::TEXT,
            Self::TlsVersion
            | Self::Ttl
            | Self::Serial
            | Self::NetworkHops
            | Self::Chain(ChainField::Length) => Operators::NUMBER,
            Self::PacketLoss | Self::PacketsReceived | Self::Latency(_) => Operators::NUMBER,
            Self::Alpn | Self::Rcode | Self::Subprotocol => Operators::WORD,
            Self::Connection | Self::Dnssec | Self::NameServers => Operators::IS,
            Self::GrpcStatus | Self::Health => Operators::WORD,
            Self::GrpcMessage => Operators::TEXT,
            Self::Metadata(_) | Self::Trailer(_) => Operators::ALL,
        }
    }
}

/// Which operators work with a subject, in addition to `exists`, which works with all.
#[derive(Clone, Copy)]
struct Operators {
    is: bool,
    contains: bool,
    matches: bool,
    orders: bool,
}

impl Operators {
    const NONE: Self = Self { is: false, contains: false, matches: false, orders: false };
    /// Everything: text that may also be a number.
    const ALL: Self = Self { is: true, contains: true, matches: true, orders: true };
    /// Text.
    const TEXT: Self = Self { is: true, contains: true, matches: true, ..Self::NONE };
    /// A word of a short list.
    const WORD: Self = Self { is: true, matches: true, ..Self::NONE };
    /// A word that is compared as a whole only.
    const IS: Self = Self { is: true, ..Self::NONE };
    /// A number.
    const NUMBER: Self = Self { is: true, orders: true, ..Self::NONE };
    /// A number whose exact value nobody can expect, such as a time.
    const ORDER: Self = Self { orders: true, ..Self::NONE };
    /// A number that is also matched digit by digit, such as a status.
    const CODE: Self = Self { is: true, matches: true, orders: true, ..Self::NONE };

    const fn accepts(self, operator: Operator) -> bool {
        match operator {
            Operator::Is => self.is,
            Operator::Contains => self.contains,
            Operator::Matches => self.matches,
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                self.orders
            }
            Operator::Exists => true,
        }
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header {name}"),
            Self::Metadata(name) => write!(f, "metadata {name}"),
            Self::Trailer(name) => write!(f, "trailer {name}"),
            Self::JsonPath(path) => write!(f, "jsonpath {}", path.as_written()),
            Self::Certificate(field) => write!(f, "certificate {}", field.word()),
            Self::Chain(field) => write!(f, "chain {}", field.word()),
            Self::Latency(figure) => write!(f, "latency {}", figure.word()),
            Self::Record { quantifier, record_type } => {
                let quantifier = match quantifier {
                    Some(Quantifier::Some) => "some ",
                    Some(Quantifier::Every) => "every ",
                    None => "",
                };
                match record_type {
                    Some(record_type) => write!(f, "{quantifier}{record_type} record"),
                    None => write!(f, "{quantifier}record"),
                }
            }
            other => f.write_str(other.keyword()),
        }
    }
}

/// The phases whose time can be asserted.
fn phases() -> impl Iterator<Item = Phase> {
    Phase::ALL.into_iter().filter(|phase| !matches!(phase, Phase::Config | Phase::Assert))
}

const fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Redirect => "redirect_time",
        Phase::Resolve => "resolve_time",
        Phase::Connect => "connect_time",
        Phase::Proxy => "proxy_time",
        Phase::Tls => "tls_time",
        Phase::Aia => "aia_time",
        Phase::Crl => "crl_time",
        Phase::Ocsp => "ocsp_time",
        Phase::Authenticate => "authenticate_time",
        Phase::Open => "open_time",
        Phase::Reflect => "reflect_time",
        Phase::Send => "send_time",
        Phase::Wait => "wait_time",
        Phase::Receive => "receive_time",
        Phase::Trailers => "trailers_time",
        Phase::Config => "config_time",
        Phase::Assert => "assert_time",
    }
}

/// Takes a subject.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Subject, AssertionError> {
    let Some(word) = cursor.word() else {
        return Err(AssertionError::new(cursor.end(), "a subject is missing").expected(WORDS.join(", ")));
    };
    match word.text {
        "status" => Ok(Subject::Status),
        "header" => header(cursor, "a header", "header NAME").map(Subject::Header),
        "body" => Ok(Subject::Body),
        "jsonpath" => json_path(cursor),
        "response_time" => Ok(Subject::ResponseTime),
        "certificate" => {
            field(cursor, ("certificate", "fact"), &FIELDS, CertificateField::word).map(Subject::Certificate)
        }
        "chain" => field(cursor, ("chain", "fact"), &CHAIN_FIELDS, ChainField::word).map(Subject::Chain),
        "tls_version" => Ok(Subject::TlsVersion),
        "alpn" => Ok(Subject::Alpn),
        "some" => record(cursor, Some(Quantifier::Some)),
        "every" => record(cursor, Some(Quantifier::Every)),
        "record" => Ok(Subject::Record { quantifier: None, record_type: None }),
        "rcode" => Ok(Subject::Rcode),
        "ttl" => Ok(Subject::Ttl),
        "dnssec" => Ok(Subject::Dnssec),
        "name_servers" => Ok(Subject::NameServers),
        "serial" => Ok(Subject::Serial),
        "connection" => Ok(Subject::Connection),
        "received" => Ok(Subject::Received),
        "packet_loss" => Ok(Subject::PacketLoss),
        "packets_received" => Ok(Subject::PacketsReceived),
        "latency" => {
            field(cursor, ("latency", "figure"), &FIGURES, LatencyFigure::word).map(Subject::Latency)
        }
        "grpc_status" => Ok(Subject::GrpcStatus),
        "grpc_message" => Ok(Subject::GrpcMessage),
        "metadata" => header(cursor, "metadata", "metadata NAME").map(Subject::Metadata),
        "trailer" => header(cursor, "a trailer", "trailer NAME").map(Subject::Trailer),
        "health" => Ok(Subject::Health),
        "subprotocol" => Ok(Subject::Subprotocol),
        "close_code" => Ok(Subject::CloseCode),
        "network_hops" => Ok(Subject::NetworkHops),
        other => match phases().find(|phase| phase_word(*phase) == other) {
            Some(phase) => Ok(Subject::PhaseTime(phase)),
            None => {
                let foreign = FOREIGN.iter().find(|(word, _)| *word == other).map(|(_, ours)| *ours);
                let words = WORDS.iter().copied().chain(phases().map(phase_word));
                Err(AssertionError::new(word, format!("unknown subject {}", quoted(other)))
                    .expected(format!("{} or a phase's time such as connect_time", WORDS.join(", ")))
                    .nearest(foreign.or_else(|| nearest(other, words))))
            }
        },
    }
}

/// The name of a header, in lower case; `what` and `form` are for messages.
fn header(cursor: &mut Cursor<'_>, what: &str, form: &str) -> Result<String, AssertionError> {
    let Some(name) = cursor.word() else {
        return Err(
            AssertionError::new(cursor.end(), format!("the name of {what} is missing")).expected(form)
        );
    };
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.text.len() > HEADER_NAME_BYTES_MAX || !name.text.bytes().all(token) {
        let message = format!("{} is not a valid name of {what}", quoted(name.text));
        return Err(AssertionError::new(name, message).nearest(name.text.strip_suffix(':')));
    }
    Ok(name.text.to_ascii_lowercase())
}

fn json_path(cursor: &mut Cursor<'_>) -> Result<Subject, AssertionError> {
    let rest = cursor.rest();
    if rest.text.is_empty() {
        return Err(
            AssertionError::new(cursor.end(), "a JSONPath is missing").expected("jsonpath $.path.to.value")
        );
    }
    // A query in quotes may have spaces.
    if let Some(unquoted) = unquote(rest, true) {
        let (query, after) = unquoted?;
        let span = rest.part(0, after.offset - rest.offset).trimmed();
        *cursor = cursor.at(after.offset);
        return Ok(Subject::JsonPath(Box::new(JsonPath::compile(&query, span)?)));
    }
    let span = cursor.expression();
    Ok(Subject::JsonPath(Box::new(JsonPath::compile(span.text, span)?)))
}

/// One of the fields of a subject; the subject and what a field of it is called are for messages.
fn field<F: Copy>(
    cursor: &mut Cursor<'_>,
    (subject, kind): (&str, &str),
    fields: &[F],
    word_of: impl Fn(F) -> &'static str,
) -> Result<F, AssertionError> {
    let words = || fields.iter().map(|field| word_of(*field));
    let expected = || format!("{subject} {}", words().collect::<Vec<_>>().join("|"));
    let Some(word) = cursor.word() else {
        let message = format!("which {kind} of the {subject} is missing");
        return Err(AssertionError::new(cursor.end(), message).expected(expected()));
    };
    fields.iter().copied().find(|field| word_of(*field) == word.text).ok_or_else(|| {
        AssertionError::new(word, format!("a {subject} has no {}", quoted(word.text)))
            .expected(expected())
            .nearest(nearest(word.text, words()))
    })
}

fn record(cursor: &mut Cursor<'_>, quantifier: Option<Quantifier>) -> Result<Subject, AssertionError> {
    let missing = |cursor: &Cursor<'_>| {
        let span = cursor.peek().unwrap_or_else(|| cursor.end());
        AssertionError::new(span, "the word `record` is missing").expected("some|every TYPE record")
    };
    let Some(word) = cursor.word() else { return Err(missing(cursor)) };
    if word.text == "record" {
        return Ok(Subject::Record { quantifier, record_type: None });
    }
    // No record is of the type ANY, which only questions have.
    let known = RecordType::parse(word.text).map(|known| (known != RecordType::ANY).then_some(known));
    let Some(record_type) = known.unwrap_or_default() else {
        let near = known.err().and_then(|unknown| unknown.nearest);
        return Err(AssertionError::new(word, format!("unknown record type {}", quoted(word.text)))
            .expected(RecordType::EXPECTED)
            .nearest(near));
    };
    if !cursor.take("record") {
        return Err(missing(cursor));
    }
    Ok(Subject::Record { quantifier, record_type: Some(record_type) })
}
