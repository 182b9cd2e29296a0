//! The words that `explain` knows: every code of the taxonomy, and every word that can stand under one in a result.

mod entry; // Entry: one word and what it means
mod http; // the names of HTTP details
mod definition; // what can be wrong with a request before it is sent

use faultfinder_taxonomy::{
    AlertDescription, CloseCode, Code, Detail, Errno, GrpcStatus, Http2ErrorCode, NamedDetail, QuicErrorCode,
    ResponseCode, SocksReply, VerifyCode,
};

pub(crate) use entry::Entry;

/// Every word, codes first.
pub(crate) fn all() -> Vec<Entry> {
    let mut entries: Vec<Entry> = Code::ALL.into_iter().map(of_code).collect();
    entries.extend(Errno::ALL.iter().copied().map(of_errno));
    entries.extend(ResponseCode::all().filter(|code| code.number() != 0).map(of_rcode));
    entries.extend(NamedDetail::DNS.iter().map(of_resolution));
    entries.extend(VerifyCode::ALL.iter().copied().filter(|code| code.number() != 0).map(of_verify));
    entries.extend(AlertDescription::all().map(of_alert));
    entries.extend(NamedDetail::TLS.iter().map(of_tls_symptom));
    entries.extend(http::entries());
    entries.extend(Http2ErrorCode::all().map(of_h2));
    entries.extend(QuicErrorCode::all().map(of_quic));
    entries.extend(SocksReply::all().filter(|reply| reply.number() != 0).map(of_socks));
    entries.extend(socks_symptoms());
    entries.extend(GrpcStatus::ALL.into_iter().filter(|status| *status != GrpcStatus::Ok).map(of_grpc));
    entries.extend(CloseCode::all().map(of_close));
    entries.extend(NamedDetail::WEBSOCKET.iter().map(of_websocket_symptom));
    entries.extend(timeouts());
    entries.extend(definition::entries());
    entries.extend(faultfinder_engine::subject_words().into_iter().map(of_assertion));
    entries
}

/// The entries that a word means.
pub(crate) fn find(word: &str) -> Vec<Entry> {
    all().into_iter().filter(|entry| entry.answers_to(word)).collect()
}

/// The known words that look most like one that is not known, the nearest first.
pub(crate) fn nearest(word: &str) -> Vec<String> {
    const SHOWN_MAX: usize = 3;
    let wanted = word.trim().to_ascii_uppercase();
    let mut scored: Vec<(f64, String)> = all()
        .into_iter()
        .flat_map(|entry| std::iter::once(entry.name).chain(entry.aliases))
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_ascii_uppercase()), name))
        .filter(|(score, _)| *score >= 0.8)
        .collect();
    scored.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    scored.dedup_by(|(_, one), (_, other)| one == other);
    scored.into_iter().map(|(_, name)| name).take(SHOWN_MAX).collect()
}

fn of_assertion((word, value): (&'static str, &'static str)) -> Entry {
    let title = format!("an assertion failed on: {}", value.replace('`', ""));
    Entry::detail("assertion", "subject of an assertion", word, Code::IncorrectAssertion, &title)
}

fn of_code(code: Code) -> Entry {
    let explanation = code.explanation();
    Entry {
        name: code.as_str().to_owned(),
        kind: "code",
        family: "code",
        number: None,
        aliases: Vec::new(),
        title: explanation.title.to_owned(),
        description: explanation.description.to_owned(),
        codes: vec![code],
        protocols: explanation.protocols.iter().map(|protocol| protocol.as_str()).collect(),
        phases: explanation.phases.iter().map(|phase| phase.as_str()).collect(),
        blame: explanation.blame,
        retry: explanation.retry,
        hints: explanation.hints.iter().map(|hint| (*hint).to_owned()).collect(),
    }
}

fn of_errno(errno: Errno) -> Entry {
    Entry::detail("errno", "end of a connection", errno.as_str(), errno.code(), errno.text())
        .hint(errno.hint())
}

fn of_verify(code: VerifyCode) -> Entry {
    Entry::detail("verify", "X.509 verification code", code.as_str(), Code::Ssl, code.text())
        .number(code.number())
        .alias(code.node_alias())
        .hint(Some(code.remedy()))
}

fn of_alert(alert: AlertDescription) -> Entry {
    Entry::detail(
        "tls",
        "TLS alert",
        &alert.name(),
        Code::Ssl,
        &format!("the peer sent the TLS alert {}", alert.number()),
    )
    .number(alert.number())
    .alias(alert.openssl_alias())
    .hint(alert.hint())
}

fn of_h2(code: Http2ErrorCode) -> Entry {
    Entry::detail("h2", "HTTP/2 error code", &code.name(), Code::Http2, code.text().unwrap_or_default())
        .number(code.number())
        .hint(code.hint())
}

fn of_quic(code: QuicErrorCode) -> Entry {
    let title = code.text().unwrap_or_default();
    let family = match code {
        QuicErrorCode::Http3(_) => "HTTP/3 error code",
        QuicErrorCode::Doq(_) => "DNS over QUIC error code",
        _ => "QUIC error code",
    };
    let entry = Entry::detail("quic", family, &code.name(), Code::ConnReset, title).hint(code.hint());
    match u32::try_from(code.number()) {
        Ok(number) => entry.number(number),
        Err(_) => entry,
    }
}

fn of_socks(reply: SocksReply) -> Entry {
    Entry::detail("socks", "reply of a SOCKS5 proxy", &reply.name(), Code::Tunnel, reply.text())
        .number(reply.number())
        .hint(reply.hint())
}

fn socks_symptoms() -> [Entry; 3] {
    let row = |name, code, title| {
        let hint = Detail::socks(name, None).hint();
        Entry::detail("socks", "symptom of a SOCKS5 proxy", name, code, title).hint(hint)
    };
    [
        row("credentials_refused", Code::AuthenticationError, "the proxy refuses the configured credentials"),
        row(
            "no_acceptable_method",
            Code::Tunnel,
            "the proxy accepts no authentication method that was offered",
        ),
        row("not_socks", Code::Tunnel, "what the proxy sent is not SOCKS5"),
    ]
}

fn of_grpc(status: GrpcStatus) -> Entry {
    Entry::detail("grpc", "gRPC status", status.as_str(), Code::Grpc, status.text())
        .number(status.number())
        .hint(status.hint())
}

fn of_close(code: CloseCode) -> Entry {
    Entry::detail(
        "websocket",
        "WebSocket close code",
        &code.number().to_string(),
        Code::WebSocket,
        code.text().unwrap_or_default(),
    )
    .number(code.number())
    .hint(code.hint())
}

fn of_websocket_symptom(named: &NamedDetail) -> Entry {
    Entry::detail("websocket", "WebSocket symptom", named.name, Code::WebSocket, named.text)
        .hint(Some(named.hint))
}

fn timeouts() -> [Entry; 2] {
    let row = |name, title| Entry::detail("timeout", "time budget", name, Code::Timeout, title);
    [
        row("request", "the request's own deadline passed (`timeout`)"),
        row("overall", "the attempt with its assertions took too long (`overall_timeout`)"),
    ]
}

fn of_rcode(code: ResponseCode) -> Entry {
    let title = format!("the name server answered with response code {}", code.number());
    // Many codes share these aliases; only the one that is meant answers to them.
    let shared = matches!(code.alias(), "ESERVFAIL" if code.number() != 2) || code.alias() == "ENODATA";
    Entry::detail("dns", "DNS response code", &code.mnemonic(), Code::Dns, &title)
        .number(code.number())
        .alias(Some(code.alias()).filter(|_| !shared))
        .hint(Detail::rcode(code).hint())
}

fn of_resolution(named: &NamedDetail) -> Entry {
    Entry::detail("dns", "result of a resolution", named.name, Code::Dns, named.text)
        .alias(Some(named.alias).filter(|alias| *alias != "ECONNREFUSED"))
        .hint(Some(named.hint))
}

fn of_tls_symptom(named: &NamedDetail) -> Entry {
    Entry::detail("tls", "TLS symptom", named.name, Code::Ssl, named.text)
        .alias(Some(named.alias))
        .hint(Some(named.hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_word_is_known() {
        let rows = [
            ("SSL", "code"),
            ("CERT_HAS_EXPIRED", "verify"),
            ("X509_V_ERR_CERT_HAS_EXPIRED", "verify"),
            ("ERR_TLS_CERT_ALTNAME_INVALID", "verify"),
            ("NXDOMAIN", "dns"),
            ("ENOTFOUND", "dns"),
            ("NODATA", "dns"),
            ("handshake_failure", "tls"),
            ("ERR_SSL_WRONG_VERSION_NUMBER", "tls"),
            ("econnrefused", "errno"),
            ("REFUSED_STREAM", "h2"),
            ("H3_REQUEST_REJECTED", "quic"),
            ("host_unreachable", "socks"),
            ("UNAVAILABLE", "grpc"),
            ("1009", "websocket"),
            ("WS_ERR_INVALID_OPCODE", "websocket"),
            ("HPE_INVALID_CONSTANT", "http"),
            ("overall", "timeout"),
            ("ERR_INVALID_URL", "definition"),
            ("unobservable", "definition"),
            ("missing_variable", "definition"),
            ("jsonpath", "assertion"),
            ("response_time", "assertion"),
        ];
        for (word, kind) in rows {
            assert!(find(word).iter().any(|entry| entry.kind == kind), "{word}: {:?}", find(word));
        }
    }

    #[test]
    fn every_word_says_what_it_means() {
        for entry in all() {
            assert!(!entry.title.is_empty(), "{entry:?}");
            assert!(!entry.hints.is_empty(), "{entry:?}");
        }
    }

    #[test]
    fn the_nearest_spelling_comes_first() {
        let rows =
            [("CERT_HAS_EXPIERD", "CERT_HAS_EXPIRED"), ("nxdomian", "NXDOMAIN"), ("TIMEOT", "TIMEOUT")];
        for (wrong, right) in rows {
            assert_eq!(nearest(wrong).first().map(String::as_str), Some(right));
        }
        assert_eq!(nearest("qqqqqq"), [""; 0]);
    }
}
