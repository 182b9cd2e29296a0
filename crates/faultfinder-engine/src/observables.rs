//! What a test can observe, as far as its definition says: a setting that a template hides is not known.

use faultfinder_assert::Observables;
use faultfinder_spec::protocol::ALL_SERVERS;
use faultfinder_spec::{Fields, FromText as _, Request};
use faultfinder_taxonomy::Protocol;
use faultfinder_taxonomy::word::{Dnssec, RecordType, TrackHops, Transport, Word};

/// What a request can observe.
pub(crate) fn of(request: &Request) -> Observables {
    let fields = &request.fields;
    let observables = Observables::of(request.protocol);
    match request.protocol {
        Protocol::Http | Protocol::Ws => {
            let follows_redirects = flag(fields, "follow_redirects");
            let secure = if request.protocol == Protocol::Ws { "wss" } else { "https" };
            // A redirect may lead to it.
            let tls = scheme_is(fields, secure).filter(|is_tls| *is_tls || follows_redirects == Some(false));
            Observables { tls, follows_redirects, proxy: Some(fields.has("proxy")), ..observables }
        }
        Protocol::Grpc => {
            let plaintext = match fields.has("url") {
                true => scheme_is(fields, "grpc"),
                false => flag(fields, "plaintext"),
            };
            Observables {
                tls: plaintext.map(|plaintext| !plaintext),
                proxy: Some(fields.has("proxy")),
                is_health_check: Some(fields.has("health")),
                ..observables
            }
        }
        Protocol::Dns => dns(fields, observables),
        Protocol::Tcp => Observables {
            tls: Some(fields.has("tls") || fields.has("starttls")),
            tracks_hops: tracks_hops(fields),
            receives: Some(fields.has("expect") || fields.has("steps")),
            ..observables
        },
        Protocol::Icmp => Observables { tracks_hops: tracks_hops(fields), ..observables },
        Protocol::Ssl | Protocol::Udp => observables,
    }
}

fn dns(fields: &Fields, observables: Observables) -> Observables {
    let server = fields.text("server").map(|server| server.literal());
    let transport = match word::<Transport>(fields, "transport") {
        Given::Nothing => match server {
            // A URL is asked over HTTPS.
            Some(Some(server)) => Some(server.contains("://")),
            Some(None) => None,
            None => Some(false),
        },
        Given::Word(transport) => Some(matches!(transport, Transport::Dot | Transport::Doh | Transport::Doq)),
        Given::Unknown => None,
    };
    Observables {
        tls: transport,
        validates: match word::<Dnssec>(fields, "dnssec") {
            Given::Nothing => Some(false),
            Given::Word(dnssec) => Some(dnssec == Dnssec::Validate),
            Given::Unknown => None,
        },
        all_servers: match server {
            None => Some(false),
            Some(Some(server)) => Some(server == ALL_SERVERS),
            Some(None) => None,
        },
        record_type: match fields.text("type") {
            None => Some(RecordType::A),
            Some(text) => text.literal().and_then(|text| RecordType::parse(text).ok()),
        },
        ..observables
    }
}

/// A word of a definition.
enum Given<W> {
    Nothing,
    Word(W),
    /// A template hides it.
    Unknown,
}

fn word<W: Word>(fields: &Fields, name: &str) -> Given<W> {
    match fields.text(name).map(|text| text.literal()) {
        None => Given::Nothing,
        Some(literal) => literal.and_then(|text| W::parse(text).ok()).map_or(Given::Unknown, Given::Word),
    }
}

/// A flag, `false` when it is not given.
fn flag(fields: &Fields, name: &str) -> Option<bool> {
    match fields.text(name) {
        None => Some(false),
        Some(text) => bool::from_text(text.literal()?).ok(),
    }
}

fn tracks_hops(fields: &Fields) -> Option<bool> {
    match word::<TrackHops>(fields, "track_hops") {
        Given::Nothing => Some(false),
        Given::Word(tracks) => Some(tracks != TrackHops::Off),
        Given::Unknown => None,
    }
}

/// Whether the URL has this scheme, as far as it is written.
fn scheme_is(fields: &Fields, wanted: &str) -> Option<bool> {
    let url = fields.text("url")?.as_written();
    let (scheme, _) = url.trim_start().split_once("://")?;
    (!scheme.contains("{{")).then(|| scheme.eq_ignore_ascii_case(wanted))
}
