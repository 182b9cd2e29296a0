//! The data that is fetched to verify a chain: missing issuers' certificates, and CRLs.
//!
//! Everything here happens after the handshake, while the connection waits, and in separate phases. A failed fetch is
//! not a fault by itself: the fault has the validator's text, with the reason why the data is missing.

use super::fetching::Fetching;
use super::judge::read_crls;
use super::options::TlsOptions;
use super::revocation;
use crate::Trace;
use crate::fetch::{self, Turn, Wanted};
use faultfinder_taxonomy::word::{Aia, CrlCheck, Ocsp};
use faultfinder_taxonomy::{Phase, VerifyCode};
use faultfinder_x509::{Certificate, Crl, read_bundle};
use std::sync::Arc;

/// Maximum number of issuers' certificates that are fetched for one chain, one above the other.
const ISSUERS_MAX: usize = 6;

/// Whether the options may require more than the peer has sent.
pub(super) fn is_wanted(options: &TlsOptions) -> bool {
    options.aia == Aia::Fetch || options.ocsp == Ocsp::Query || fetches_crls(options)
}

fn fetches_crls(options: &TlsOptions) -> bool {
    options.crl_fetch && options.crl_check() != CrlCheck::Off
}

/// Fetches the data that the options permit, and verifies the chain again if that can change the verdict.
pub(super) async fn supplement(fetching: &Fetching<'_>, options: &TlsOptions, trace: &mut Trace) {
    if options.aia == Aia::Fetch {
        issuers(fetching, trace).await;
    }
    if fetches_crls(options) {
        crls(fetching, options.crl_check(), trace).await;
    }
    if options.ocsp == Ocsp::Query {
        revocation::query(fetching, trace).await;
    } else {
        revocation::staple(fetching.capture, trace);
    }
}

/// Fetches the issuers' certificates that the peer did not send, one above the other.
async fn issuers(fetching: &Fetching<'_>, trace: &mut Trace) {
    let mut fetched = Vec::new();
    for _ in 0..ISSUERS_MAX {
        let Some(top) = fetching.capture.missing_issuer_of() else { break };
        match issuer_of(fetching, &top, trace).await {
            Ok((certificates, url)) => {
                fetching.capture.add_certificates(&certificates);
                if fetching.capture.missing_issuer_of().is_some_and(|still| still == top) {
                    let why = format!("{url}: it does not contain the issuer's certificate");
                    fetching.capture.note(&top, VerifyCode::UnableToGetIssuerCertLocally, why);
                    break;
                }
                fetched.push(format!("\"{}\" from {url}", top.issuer()));
            }
            Err(why) => {
                fetching.capture.note(&top, VerifyCode::UnableToGetIssuerCertLocally, why);
                break;
            }
        }
    }
    if !fetched.is_empty() {
        trace.warn(format!(
            "needed AIA fetching: the server does not send the certificate of {}; clients that do not fetch fail",
            fetched.join(" and of ")
        ));
    }
}

/// The certificates at the first URL that has any, and that URL.
async fn issuer_of(
    fetching: &Fetching<'_>,
    certificate: &Certificate,
    trace: &mut Trace,
) -> Result<(Arc<[Certificate]>, String), String> {
    let mut failures = Vec::new();
    for url in certificate.ca_issuer_urls().into_iter().filter(|url| fetch::is_http(url)) {
        fetching.capture.fetching(&url);
        let answered = certificates(fetching, &url, trace).await;
        fetching.capture.fetched();
        match answered {
            Ok(found) => return Ok((found, url)),
            Err(why) => failures.push(format!("{url}: {why}")),
        }
    }
    if failures.is_empty() {
        return Err("the certificate has no HTTP URL to fetch it from".to_owned());
    }
    Err(failures.join("; "))
}

async fn certificates(
    fetching: &Fetching<'_>,
    url: &str,
    trace: &mut Trace,
) -> Result<Arc<[Certificate]>, String> {
    let shelf = &fetching.vantage.fetched().certificates;
    let now = fetching.now();
    if let Some(kept) = shelf.get(&url.to_owned(), now) {
        return Ok(kept);
    }
    trace.enter(Phase::Aia);
    let _turn = match shelf.turn(&url.to_owned(), now).await {
        Turn::Kept(kept) => {
            trace.enter(Phase::Tls);
            return Ok(kept);
        }
        turn => turn,
    };
    let wanted = Wanted {
        accept: "application/pkix-cert, application/pkcs7-mime, */*",
        bytes_max: fetch::CERTIFICATES_BYTES_MAX,
        post: None,
    };
    let bytes = fetching.fetch(Phase::Aia, url, wanted, trace).await.map_err(|error| error.to_string())?;
    let found: Arc<[Certificate]> =
        read_bundle(&bytes).map_err(|error| format!("the content is not a certificate: {error}"))?.into();
    // Decoded, a certificate takes several times its bytes.
    shelf.put(url.to_owned(), Arc::clone(&found), bytes.len().saturating_mul(4), now, None);
    Ok(found)
}

/// Fetches the CRLs of the chain that was built.
async fn crls(fetching: &Fetching<'_>, check: CrlCheck, trace: &mut Trace) {
    let chain = fetching.capture.built_chain();
    let wanted = if check == CrlCheck::Leaf { 1 } else { chain.len() };
    let mut found: Vec<Crl> = Vec::new();
    let mut below = None;
    for certificate in chain.iter().take(wanted) {
        let names_none = !certificate.crl_urls().iter().any(|url| fetch::is_http(url));
        if names_none && certificate.subject() == certificate.issuer() {
            // A root seldom has a URL: its CRL is the one that the certificate below it names.
            if let Some(why) = below.take() {
                fetching.capture.note(certificate, VerifyCode::UnableToGetCrl, why);
            }
            continue;
        }
        match crls_of(fetching, certificate, trace).await {
            Ok(crls) => found.extend(crls),
            Err(why) => {
                fetching.capture.note(certificate, VerifyCode::UnableToGetCrl, why.clone());
                below = Some(why);
            }
        }
    }
    fetching.capture.add_crls(found);
}

/// The CRLs at the first of a certificate's distribution points that has any.
async fn crls_of(
    fetching: &Fetching<'_>,
    certificate: &Certificate,
    trace: &mut Trace,
) -> Result<Vec<Crl>, String> {
    let mut failures = Vec::new();
    for url in certificate.crl_urls().into_iter().filter(|url| fetch::is_http(url)) {
        fetching.capture.fetching(&url);
        let answered = crl(fetching, &url, trace).await;
        fetching.capture.fetched();
        match answered {
            Ok(crl) => return Ok(crl),
            Err(why) => failures.push(format!("{url}: {why}")),
        }
    }
    if failures.is_empty() {
        return Err("the certificate has no HTTP URL to fetch one from".to_owned());
    }
    Err(failures.join("; "))
}

async fn crl(fetching: &Fetching<'_>, url: &str, trace: &mut Trace) -> Result<Vec<Crl>, String> {
    let shelf = &fetching.vantage.fetched().crls;
    let now = fetching.now();
    if let Some(kept) = shelf.get(&url.to_owned(), now) {
        return Ok(vec![kept]);
    }
    trace.enter(Phase::Crl);
    let _turn = match shelf.turn(&url.to_owned(), now).await {
        Turn::Kept(kept) => {
            trace.enter(Phase::Tls);
            return Ok(vec![kept]);
        }
        turn => turn,
    };
    let wanted = Wanted { accept: "application/pkix-crl, */*", bytes_max: fetch::CRL_BYTES_MAX, post: None };
    let bytes = fetching.fetch(Phase::Crl, url, wanted, trace).await.map_err(|error| error.to_string())?;
    let found = read_crls(&bytes).map_err(|(_, why)| format!("the content is not a CRL: {why}"))?;
    if let [only] = found.as_slice() {
        // One without nextUpdate is fetched again the next time it is needed.
        let expires = only.next_update().unwrap_or(now);
        shelf.put(url.to_owned(), only.clone(), bytes.len().saturating_mul(2), now, Some(expires));
    }
    Ok(found)
}
