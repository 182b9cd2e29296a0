//! Where more about a certificate can be fetched, and what it requires of the server that presents it.
//!
//! Read from the extension on each request. An extension that cannot be read is ignored: nothing is fetched from a malformed
//! URL.

use super::PointName;
use crate::certificate::Certificate;
use crate::der::{self, DerFault, Reader};
use crate::general_name::GeneralName;
use crate::oid;
use crate::raw::RawFields;

/// The most places of one kind that are taken from a certificate.
pub const URLS_MAX: usize = 8;
/// The longest place that is taken, in bytes.
pub const URL_BYTES_MAX: usize = 2048;

/// id-ad-ocsp and id-ad-caIssuers (RFC 5280 section 4.2.2.1).
const ACCESS_OCSP: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1];
const ACCESS_CA_ISSUERS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 2];
/// status_request among the extensions of TLS (RFC 6066 section 8).
const STATUS_REQUEST: &[u8] = &[5];

impl Certificate {
    /// Where its status can be asked for by OCSP: the URIs of authorityInfoAccess, in order, at most [`URLS_MAX`] of
    /// at most [`URL_BYTES_MAX`] bytes.
    #[must_use]
    pub fn ocsp_urls(&self) -> Vec<String> {
        self.access_urls(ACCESS_OCSP)
    }

    /// Where the certificate of its issuer can be fetched: the URIs of authorityInfoAccess, bounded as those of
    /// [`Certificate::ocsp_urls`].
    #[must_use]
    pub fn ca_issuer_urls(&self) -> Vec<String> {
        self.access_urls(ACCESS_CA_ISSUERS)
    }

    /// Where CRLs that cover it can be fetched: the URIs of cRLDistributionPoints, bounded as those of
    /// [`Certificate::ocsp_urls`].
    #[must_use]
    pub fn crl_urls(&self) -> Vec<String> {
        let mut urls = Vec::new();
        for point in &self.parts().extensions.distribution_points {
            let Some(PointName::Full(names)) = &point.name else { continue };
            for name in names {
                if let GeneralName::Uri(text) = name {
                    push(&mut urls, text);
                }
            }
        }
        urls
    }

    /// Whether the server that presents it must staple an OCSP response (RFC 7633, "must-staple").
    #[must_use]
    pub fn requires_stapling(&self) -> bool {
        self.raw_extension(oid::TLS_FEATURE)
            .is_some_and(|value| has_feature(&value, STATUS_REQUEST).unwrap_or(false))
    }

    /// Whether it says that its own status is not to be asked for (RFC 6960 section 4.2.2.2.1).
    #[must_use]
    pub fn has_ocsp_nocheck(&self) -> bool {
        self.raw_extension(oid::OCSP_NO_CHECK).is_some()
    }

    fn raw_extension(&self, kind: &[u8]) -> Option<std::borrow::Cow<'_, [u8]>> {
        RawFields::of(self).ok()?.extension(kind)
    }

    fn access_urls(&self, method: &[u8]) -> Vec<String> {
        let mut urls = Vec::new();
        if let Some(value) = self.raw_extension(oid::AUTHORITY_INFO_ACCESS) {
            let _ = access_descriptions(&value, method, &mut urls);
        }
        urls
    }
}

/// Takes a place, if it is printable ASCII and there is room.
fn push(urls: &mut Vec<String>, text: &[u8]) {
    if urls.len() >= URLS_MAX || text.len() > URL_BYTES_MAX || !text.iter().all(u8::is_ascii_graphic) {
        return;
    }
    let url: String = text.iter().copied().map(char::from).collect();
    if !urls.contains(&url) {
        urls.push(url);
    }
}

fn access_descriptions(value: &[u8], method: &[u8], urls: &mut Vec<String>) -> Result<(), DerFault> {
    let mut list = Reader::new(value).sequence()?;
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let wanted = fields.expect(der::OBJECT)?.content() == method;
        if let (true, GeneralName::Uri(text)) = (wanted, GeneralName::read(&fields.any()?)?) {
            push(urls, &text);
        }
    }
    Ok(())
}

fn has_feature(value: &[u8], feature: &[u8]) -> Result<bool, DerFault> {
    let mut list = Reader::new(value).sequence()?;
    while !list.is_empty() {
        if list.expect(der::INTEGER)?.integer()? == feature {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        der::write(&mut out, tag, content);
        out
    }

    fn access(method: &[u8], location: &[u8]) -> Vec<u8> {
        wrap(0x30, &[wrap(6, method), location.to_vec()].concat())
    }

    fn certificate(kind: &[u64], value: Vec<u8>) -> Certificate {
        let mut params = rcgen::CertificateParams::new(["a.test".to_owned()]).unwrap();
        params.custom_extensions.push(rcgen::CustomExtension::from_oid_content(kind, value));
        let key = rcgen::KeyPair::generate().unwrap();
        Certificate::from_der(params.self_signed(&key).unwrap().der()).unwrap()
    }

    #[test]
    fn places_are_told_apart_by_their_method() {
        let list = [
            access(ACCESS_CA_ISSUERS, &wrap(0x86, b"http://ca.test/ca.der")),
            access(ACCESS_OCSP, &wrap(0x82, b"dns.test")),
            access(ACCESS_OCSP, &wrap(0x86, b"http://ocsp.test/a")),
            access(ACCESS_OCSP, &wrap(0x86, b"http://with space")),
            access(ACCESS_OCSP, &wrap(0x86, b"http://ocsp.test/a")),
            access(ACCESS_OCSP, &wrap(0x86, b"http://ocsp.test/b")),
        ];
        let found = certificate(&[1, 3, 6, 1, 5, 5, 7, 1, 1], wrap(0x30, &list.concat()));
        assert_eq!(found.ocsp_urls(), ["http://ocsp.test/a", "http://ocsp.test/b"]);
        assert_eq!(found.ca_issuer_urls(), ["http://ca.test/ca.der"]);
        assert!(found.crl_urls().is_empty() && !found.requires_stapling() && !found.has_ocsp_nocheck());
    }

    #[test]
    fn points_give_the_uris_of_their_full_names() {
        let uri = |text: &str| wrap(0x86, text.as_bytes());
        let full = |names: &[u8]| wrap(0xa0, &wrap(0xa0, names));
        let points = [
            wrap(0x30, &full(&[uri("ldap://x.test/cn=a"), uri("http://x.test/1.crl")].concat())),
            wrap(0x30, &wrap(0xa0, &wrap(0xa1, &[]))),
            wrap(0x30, &full(&uri("http://x.test/2.crl"))),
        ];
        let found = certificate(&[2, 5, 29, 31], wrap(0x30, &points.concat()));
        assert_eq!(found.crl_urls(), ["ldap://x.test/cn=a", "http://x.test/1.crl", "http://x.test/2.crl"]);
    }

    #[test]
    fn only_status_request_is_must_staple() {
        for (features, expected) in
            [(&[5_u8][..], true), (&[17], false), (&[17, 5], true), (&[], false), (&[0x85], false)]
        {
            let list: Vec<u8> = features.iter().flat_map(|feature| wrap(2, &[*feature])).collect();
            let found = certificate(&[1, 3, 6, 1, 5, 5, 7, 1, 24], wrap(0x30, &list));
            assert_eq!(found.requires_stapling(), expected, "{features:?}");
        }
        assert!(!certificate(&[1, 3, 6, 1, 5, 5, 7, 1, 24], vec![5]).requires_stapling());
    }

    #[test]
    fn no_more_than_the_limit_is_taken() {
        let list: Vec<u8> = (0..=URLS_MAX)
            .flat_map(|number| access(ACCESS_OCSP, &wrap(0x86, format!("http://o.test/{number}").as_bytes())))
            .collect();
        let found = certificate(&[1, 3, 6, 1, 5, 5, 7, 1, 1], wrap(0x30, &list));
        assert_eq!(found.ocsp_urls().len(), URLS_MAX);
        let long = |bytes: usize| {
            let url = format!("http://{}", "a".repeat(bytes - 7));
            let value = wrap(0x30, &access(ACCESS_OCSP, &wrap(0x86, url.as_bytes())));
            certificate(&[1, 3, 6, 1, 5, 5, 7, 1, 1], value).ocsp_urls().len()
        };
        assert_eq!((long(URL_BYTES_MAX), long(URL_BYTES_MAX + 1)), (1, 0));
    }
}
