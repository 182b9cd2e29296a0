//! What authorities publish cannot be had, or can although the server does not send it.

use super::authority::{CERTIFICATE, CRL, Site, publish, published, unpublished};
use super::endpoint::Endpoint;
use super::expect::refused;
use super::publisher::{Publication, Publisher};
use crate::pki::extensions::{authority_info_access, crl_distribution_point};
use crate::pki::oids::ACCESS_CA_ISSUERS;
use crate::pki::{Authority, Crl, Key, NAMES, Template, pkcs7};
use crate::{Expect, LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;

/// Where the certificate of the authority above is.
const UPPER: &str = "/upper.crt";
/// Where something has moved to.
const ELSEWHERE: &str = "/elsewhere";
/// How long a test with a silent server waits.
const PATIENCE: &str = "500ms";

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = crls();
    all.extend(issuers());
    all.extend(missing_issuers());
    all
}

/// The list of the leaf's issuer is published so.
fn listed(
    case: &str,
    shows: &'static str,
    expect: Expect,
    publication: impl Fn(&Site<'_>) -> Result<Publication, LabError> + Send + Sync + 'static,
) -> Scenario {
    published(&format!("tls-cert/crl-fetch-{case}"), shows, expect, move |site, publisher| {
        publisher.publish(CRL, publication(site)?);
        fetching_crls(site)
    })
}

fn fetching_crls(site: &Site<'_>) -> Result<Endpoint, LabError> {
    Ok(Endpoint::new(site.pki, &site.identity()?)?.with("crl", "fetch"))
}

fn list(site: &Site<'_>) -> Result<Vec<u8>, LabError> {
    Crl::of(&site.authority, site.pki.now()).der()
}

fn crls() -> Vec<Scenario> {
    let missing = |says: &str| refused(VerifyCode::UnableToGetCrl, 0).saying(says);
    vec![
        listed("404", "the CRL is not where the leaf says that it is", missing("status 404"), |_| {
            Ok(Publication::Status(404))
        }),
        listed("empty", "the CRL is an empty file", missing("is not a CRL"), |_| {
            Ok(Publication::File(Vec::new()))
        }),
        listed("garbage", "the CRL is a web page", missing("is not a CRL"), |_| {
            Ok(Publication::File(b"<html>moved</html>".to_vec()))
        }),
        listed("garbled", "the CRL's server does not speak HTTP", missing("not HTTP"), |_| {
            Ok(Publication::Garbage)
        }),
        listed("cut", "the CRL ends before its announced length", missing("ends too early"), |site| {
            Ok(Publication::Cut(list(site)?))
        }),
        listed("too-large", "the CRL is announced as larger than any disk", missing("larger than"), |_| {
            Ok(Publication::TooLarge)
        }),
        published("tls-cert/crl-fetch-redirect", "the CRL has moved", Expect::pass(), |site, publisher| {
            publisher.publish(CRL, Publication::Redirect(ELSEWHERE.to_owned()));
            publish(publisher, ELSEWHERE, list(site)?);
            fetching_crls(site)
        }),
        listed("redirect-loop", "the CRL has moved to where it is", missing("redirects"), |_| {
            Ok(Publication::Redirect(CRL.to_owned()))
        }),
        unpublished(
            "tls-cert/crl-fetch-unreachable",
            "the CRL's server is down",
            missing("refused"),
            fetching_crls,
        ),
        published(
            "tls-cert/crl-fetch-ldap",
            "the CRL is to be had by LDAP alone",
            missing("has no HTTP URL"),
            |site, _| {
                let place = crl_distribution_point("ldap://crl.lab.test/cn=Lab", None);
                let identity = site.authority.issue(&site.plain_leaf().with_extension(place))?;
                Ok(Endpoint::new(site.pki, &identity)?.with("crl", "fetch"))
            },
        ),
        published(
            "tls-cert/crl-fetch-no-place",
            "the leaf does not say where its CRL is",
            missing("has no HTTP URL"),
            |site, _| {
                let identity = site.authority.issue(&site.plain_leaf())?;
                Ok(Endpoint::new(site.pki, &identity)?.with("crl", "fetch"))
            },
        ),
        published(
            "tls-cert/crl-fetch-silent",
            "the CRL's server takes the request and says nothing",
            refused(VerifyCode::UnableToGetCrl, 0).saying("time ran out before"),
            |site, publisher| {
                publisher.publish(CRL, Publication::Silence);
                Ok(fetching_crls(site)?.with("timeout", PATIENCE))
            },
        ),
    ]
}

/// The server sends its leaf alone, and the certificate of its issuer is published so.
fn alone(
    case: &str,
    shows: &'static str,
    expect: Expect,
    publication: impl Fn(&Site<'_>) -> Result<Publication, LabError> + Send + Sync + 'static,
) -> Scenario {
    published(&format!("tls-cert/aia-{case}"), shows, expect, move |site, publisher| {
        publisher.publish(CERTIFICATE, publication(site)?);
        fetching_issuers(site)
    })
}

fn fetching_issuers(site: &Site<'_>) -> Result<Endpoint, LabError> {
    Ok(Endpoint::new(site.pki, &site.identity()?.leaf_only())?.with("aia", "fetch"))
}

fn issuer(site: &Site<'_>) -> Vec<u8> {
    site.authority.certificate().to_vec()
}

fn issuers() -> Vec<Scenario> {
    let fetched = || Expect::pass().saying("needed AIA fetching");
    vec![
        alone(
            "fetched",
            "the server does not send its intermediate, but it can be fetched",
            fetched(),
            |site| Ok(Publication::File(issuer(site))),
        ),
        alone("fetched-pem", "the intermediate is published in PEM", fetched(), |site| {
            Ok(Publication::File(site.authority.pem().into_bytes()))
        }),
        alone("fetched-pkcs7", "the intermediate is published in PKCS #7", fetched(), |site| {
            Ok(Publication::File(pkcs7::certificates(&[site.authority.certificate().clone()])))
        }),
        published(
            "tls-cert/aia-fetched-twice",
            "two intermediates are missing, and each can be fetched",
            fetched(),
            two_missing,
        ),
        published(
            "tls-cert/aia-not-needed",
            "nothing is missing, so nothing is fetched",
            Expect::pass(),
            |site, _| Ok(Endpoint::new(site.pki, &site.identity()?)?.with("aia", "fetch")),
        ),
        published("tls-cert/aia-redirect", "the intermediate has moved", fetched(), |site, publisher| {
            publisher.publish(CERTIFICATE, Publication::Redirect(ELSEWHERE.to_owned()));
            publish(publisher, ELSEWHERE, issuer(site));
            fetching_issuers(site)
        }),
    ]
}

/// The leaf is below an authority below the site's; the server sends the leaf alone.
fn two_missing(site: &Site<'_>, publisher: &Publisher) -> Result<Endpoint, LabError> {
    let place = |path: &str| authority_info_access(&[(ACCESS_CA_ISSUERS, &site.at(path))]);
    let upper = Template::authority(site.pki.now(), "Lab Upper CA", None);
    let upper = site.pki.root().subordinate(&upper, Key::ec()?)?;
    let lower = Template::authority(site.pki.now(), "Lab Lower CA", None).with_extension(place(UPPER));
    let lower: Authority = upper.subordinate(&lower, Key::ec()?)?;
    publish(publisher, UPPER, upper.certificate().to_vec());
    publish(publisher, CERTIFICATE, lower.certificate().to_vec());
    let leaf = Template::server(site.pki.now(), NAMES).with_extension(place(CERTIFICATE));
    let identity = lower.issue(&leaf)?.leaf_only();
    Ok(Endpoint::new(site.pki, &identity)?.with("aia", "fetch"))
}

fn missing_issuers() -> Vec<Scenario> {
    let missing = |says: &str| refused(VerifyCode::UnableToVerifyLeafSignature, 0).saying(says);
    vec![
        published(
            "tls-cert/aia-off",
            "the intermediate could be fetched, but the test does not allow it",
            refused(VerifyCode::UnableToVerifyLeafSignature, 0),
            |site, publisher| {
                publish(publisher, CERTIFICATE, issuer(site));
                Ok(fetching_issuers(site)?.without("aia"))
            },
        ),
        alone("404", "the intermediate is not where the leaf says that it is", missing("status 404"), |_| {
            Ok(Publication::Status(404))
        }),
        alone(
            "garbage",
            "a web page is where the intermediate should be",
            missing("not a certificate"),
            |_| Ok(Publication::File(b"<html>moved</html>".to_vec())),
        ),
        alone(
            "another-certificate",
            "another authority's certificate is where the intermediate should be",
            missing("does not contain"),
            |site| Ok(Publication::File(site.pki.stranger().certificate().to_vec())),
        ),
        alone("too-large", "the intermediate does not end", missing("larger than"), |_| {
            Ok(Publication::TooLarge)
        }),
        unpublished(
            "tls-cert/aia-unreachable",
            "the intermediate's server is down",
            missing("refused"),
            fetching_issuers,
        ),
        published(
            "tls-cert/aia-silent",
            "the intermediate's server takes the request and says nothing",
            refused(VerifyCode::UnableToVerifyLeafSignature, 0).saying("time ran out before"),
            |site, publisher| {
                publisher.publish(CERTIFICATE, Publication::Silence);
                Ok(fetching_issuers(site)?.with("timeout", PATIENCE))
            },
        ),
        published(
            "tls-cert/aia-no-place",
            "the leaf does not say where its issuer's certificate is",
            missing("has no HTTP URL"),
            |site, _| {
                let identity = site.authority.issue(&site.plain_leaf())?.leaf_only();
                Ok(Endpoint::new(site.pki, &identity)?.with("aia", "fetch"))
            },
        ),
    ]
}
