//! The handshake, and the further ones that find out which versions the server accepts.

use crate::{Request, Response};
use faultfinder_net::starttls::start_tls;
use faultfinder_net::tls::{self, CertificateDetails, TlsOptions};
use faultfinder_net::{Checks, Deadline, Host, Trace, Vantage, connect, first_of};
use faultfinder_taxonomy::word::TlsVersion;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, Report, TlsFacts};
use tokio::io::AsyncWriteExt as _;
use tokio::time::Instant;

const SECONDS_PER_DAY: i64 = 86_400;

/// Makes a handshake and reports what was presented.
///
/// Dropping the future closes the connection. A fault's report still has everything that the peer presented.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let outcome = deadline.limit(examine(vantage, request, &deadline, &mut trace)).await;
    let outcome = outcome.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
    let Ok(response) = outcome else { return trace.into_report(outcome) };
    trace.leave();
    if !request.probe_versions {
        return trace.into_report(Ok(response));
    }
    let versions = deadline.limit(accepted_versions(vantage, request, &response.tls)).await;
    let (lowest_version, highest_version) = versions.unwrap_or_else(|| {
        trace.warn("time ran out before all TLS versions were tested");
        (None, None)
    });
    trace.into_report(Ok(Response { lowest_version, highest_version, ..response }))
}

/// Everything that is wrong with a request, as far as it shows before anything is sent; its TLS settings are checked by
/// [`TlsClient::check`](tls::TlsClient::check).
#[must_use]
pub fn check(request: &Request) -> Vec<Fault> {
    checked(request).err().unwrap_or_default()
}

fn checked(request: &Request) -> Result<Host, Vec<Fault>> {
    let mut checks = Checks::default();
    let host = checks.take(Host::parse(&request.host, "ssl.host"));
    checks.take(check_port(request.port));
    checks.end(host)
}

async fn examine(
    vantage: &Vantage,
    request: &Request,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let host = checked(request).map_err(first_of)?;
    let mut options = request.tls.clone();
    options.details = CertificateDetails::Chain;
    let client = vantage.tls_client(&options, "ssl")?;
    let mut stream = connect(vantage, &host, request.port, &request.client, trace).await?;
    if let Some(protocol) = request.starttls {
        start_tls(&mut stream, protocol, &host, trace).await?;
    }
    let handshake = tls::handshake_over_tcp(vantage, stream, &host, &client, &request.client, trace);
    let mut session = match handshake.await {
        Ok(session) => session,
        Err(fault) => {
            let Some(warning) = trace.passes_with() else { return Err(fault) };
            trace.warn(warning);
            return Ok(response(vantage, trace));
        }
    };
    // A refusal of the client's certificate comes after a TLS 1.3 handshake, at the first read.
    let left = deadline.instant().saturating_duration_since(Instant::now());
    tls::confirm(&mut session, Instant::now() + left / 2, trace).await?;
    let _ = session.stream.shutdown().await;
    Ok(response(vantage, trace))
}

/// What was presented.
fn response(vantage: &Vantage, trace: &Trace) -> Response {
    let tls = trace.tls().unwrap_or_default();
    let days_to_expiry = days_to_expiry(&tls, vantage.clock().unix_seconds());
    Response { tls, days_to_expiry, lowest_version: None, highest_version: None }
}

fn check_port(port: u16) -> Result<(), Fault> {
    if port > 0 {
        return Ok(());
    }
    let detail = Detail::definition("ERR_SOCKET_BAD_PORT", "ssl.port");
    Err(Fault::new(Code::InvalidRequest, Phase::Config, detail, "port 0 is not a valid port"))
}

/// Whole days until the first certificate of the chain expires.
fn days_to_expiry(tls: &TlsFacts, now: i64) -> Option<i64> {
    Some(tls.chain_not_after?.saturating_sub(now).div_euclid(SECONDS_PER_DAY))
}

/// The lowest and the highest version that the server accepts: what was negotiated is the highest, since the newest
/// was offered; one more handshake asks for the oldest alone.
async fn accepted_versions(
    vantage: &Vantage,
    request: &Request,
    tls: &TlsFacts,
) -> (Option<TlsVersion>, Option<TlsVersion>) {
    let named = |version: TlsVersion| tls.version.as_deref() == Some(tls::protocol_name(version));
    let all = [TlsVersion::Tls13, TlsVersion::Tls12, TlsVersion::Tls11, TlsVersion::Tls10];
    let negotiated = all.into_iter().find(|version| named(*version));
    match negotiated {
        Some(TlsVersion::Tls13) => {}
        Some(TlsVersion::Tls12) => return (negotiated, negotiated),
        // It does not accept anything that this client can speak.
        Some(TlsVersion::Tls10 | TlsVersion::Tls11) | None => return (None, negotiated),
    }
    let accepts_12 = request.tls.min_version != Some(TlsVersion::Tls13) && accepts_12(vantage, request).await;
    (if accepts_12 { Some(TlsVersion::Tls12) } else { negotiated }, negotiated)
}

async fn accepts_12(vantage: &Vantage, request: &Request) -> bool {
    let options = TlsOptions {
        min_version: Some(TlsVersion::Tls12),
        max_version: Some(TlsVersion::Tls12),
        ..request.tls.unjudged()
    };
    let mut trace = Trace::start();
    let Ok(host) = Host::parse(&request.host, "ssl.host") else { return false };
    let Ok(client) = vantage.tls_client(&options, "ssl") else { return false };
    let Ok(mut stream) = connect(vantage, &host, request.port, &request.client, &mut trace).await else {
        return false;
    };
    if let Some(protocol) = request.starttls
        && start_tls(&mut stream, protocol, &host, &mut trace).await.is_err()
    {
        return false;
    }
    match tls::handshake(vantage, stream, &host, &client, &request.client, &mut trace).await {
        Ok(mut session) => {
            let _ = session.stream.shutdown().await;
            true
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_net::DeniedNetworks;

    #[tokio::test]
    async fn a_denied_network_is_not_connected_to() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let vantage = Vantage::system().denying(DeniedNetworks::internal());
        for host in ["127.0.0.1", "localhost", "::ffff:127.0.0.1", "a.test"] {
            let mut request = Request { port: address.port(), ..Request::new(host) };
            request.client.resolve = vec![("a.test".to_owned(), address.ip())];
            let fault = probe(&vantage, &request).await.outcome.unwrap_err();
            assert_eq!(
                (fault.code, fault.phase, fault.detail.name()),
                (Code::Denied, Phase::Connect, "ERR_NETWORK_DENIED"),
                "{host}: {fault}"
            );
        }
        assert!(listener.accept().is_err(), "somebody came");
    }
}
