//! A small OCSP responder for tests: authorities, certificates and answers of every kind, good and bad.
//!
//! Used by the tests of several crates, so it needs nothing but rcgen and aws-lc-rs. Every field of an [`Answer`] can
//! be changed before it is encoded; what is not changed makes a good answer.

use aws_lc_rs::digest;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SerialNumber, SigningKey as _,
};

/// A DER value.
pub fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        short @ 0..0x80 => out.push(u8::try_from(short).unwrap()),
        long => {
            let bytes = long.to_be_bytes();
            let significant: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
            out.push(0x80 | u8::try_from(significant.len()).unwrap());
            out.extend(significant);
        }
    }
    out.extend(content);
    out
}

pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

/// The first value of some bytes: its tag, its content, all of it, and what stands behind it.
pub fn split(bytes: &[u8]) -> (u8, &[u8], &[u8], &[u8]) {
    let (length, head) = match bytes[1] {
        short @ 0..0x80 => (usize::from(short), 2),
        long => {
            let count = usize::from(long & 0x7f);
            let length = bytes[2..2 + count].iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte));
            (length, 2 + count)
        }
    };
    (bytes[0], &bytes[head..head + length], &bytes[..head + length], &bytes[head + length..])
}

/// `GeneralizedTime` of seconds since 1970.
pub fn time(seconds: i64) -> Vec<u8> {
    let text: String =
        faultfinder_x509::format_time(seconds).chars().filter(|c| !"-:T".contains(*c)).collect();
    der(0x18, text.as_bytes())
}

/// A certificate, its parameters and its key.
pub struct Identity {
    pub params: CertificateParams,
    pub key: KeyPair,
    pub der: Vec<u8>,
}

impl Identity {
    /// An authority that signed itself.
    pub fn authority(name: &str) -> Self {
        let params = authority(name);
        let key = KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { params, key, der }
    }

    /// Issues a certificate.
    pub fn issue(&self, params: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let der =
            params.signed_by(&key, &Issuer::from_params(&self.params, &self.key)).unwrap().der().to_vec();
        Self { params, key, der }
    }

    /// The whole subject, and the bits of the key.
    pub fn name_and_key(&self) -> (Vec<u8>, Vec<u8>) {
        let tbs = split(split(&self.der).1).1;
        let mut rest = tbs;
        if rest[0] == 0xa0 {
            rest = split(rest).3;
        }
        for _ in 0..4 {
            rest = split(rest).3; // serial, algorithm, issuer, validity
        }
        let (_, _, subject, rest) = split(rest);
        let info = split(rest).1;
        let bits = split(split(info).3).1;
        (subject.to_vec(), bits[1..].to_vec())
    }
}

/// The parameters of an authority.
pub fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// The parameters of a server's certificate with this serial number.
pub fn server(names: &[&str], serial: u64) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, "server");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.serial_number = Some(SerialNumber::from(serial));
    params
}

/// The parameters of a delegated responder.
pub fn responder(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
    params
}

/// authorityInfoAccess with these places.
pub fn access(ocsp: &[String], ca_issuers: &[String]) -> CustomExtension {
    let description = |last: u8, url: &String| {
        sequence(&[der(6, &[0x2b, 6, 1, 5, 5, 7, 48, last]), der(0x86, url.as_bytes())])
    };
    let all =
        ocsp.iter().map(|url| description(1, url)).chain(ca_issuers.iter().map(|url| description(2, url)));
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], sequence(&all.collect::<Vec<_>>()))
}

/// The TLS feature extension of must-staple.
pub fn must_staple() -> CustomExtension {
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 24], sequence(&[der(2, &[5])]))
}

/// A digest that certificates are identified by.
#[derive(Clone, Copy)]
pub enum IdDigest {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// `CertID` of the certificate with this serial number.
pub fn cert_id(issuer: &Identity, serial: &[u8], by: IdDigest) -> Vec<u8> {
    let (oid, algorithm): (&[u8], _) = match by {
        IdDigest::Sha1 => (&[0x2b, 14, 3, 2, 26], &digest::SHA1_FOR_LEGACY_USE_ONLY),
        IdDigest::Sha256 => (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1], &digest::SHA256),
        IdDigest::Sha384 => (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2], &digest::SHA384),
        IdDigest::Sha512 => (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3], &digest::SHA512),
    };
    let (name, key) = issuer.name_and_key();
    let hash = |bytes: &[u8]| der(4, digest::digest(algorithm, bytes).as_ref());
    sequence(&[sequence(&[der(6, oid), der(5, &[])]), hash(&name), hash(&key), der(2, serial)])
}

/// The `CertID` of a request.
pub fn requested(request: &[u8]) -> Vec<u8> {
    let list = split(split(split(request).1).1).1;
    split(split(list).1).2.to_vec()
}

/// Good.
pub fn good() -> Vec<u8> {
    der(0x80, &[])
}

/// Revoked at a time, for the reason of that number.
pub fn revoked(at: i64, reason: Option<u8>) -> Vec<u8> {
    let reason = reason.map(|number| der(0xa0, &der(10, &[number]))).unwrap_or_default();
    der(0xa1, &[time(at), reason].concat())
}

/// Unknown.
pub fn unknown() -> Vec<u8> {
    der(0x82, &[])
}

/// One status of an answer; the times are encoded values, so that they can be wrong.
#[derive(Clone)]
pub struct Single {
    pub id: Vec<u8>,
    pub status: Vec<u8>,
    pub this_update: Vec<u8>,
    pub next_update: Option<Vec<u8>>,
}

/// An answer, still to be signed.
pub struct Answer {
    pub singles: Vec<Single>,
    /// By the SHA-1 of its key instead of its name.
    pub by_key: bool,
    pub produced_at: Vec<u8>,
    /// The certificates that go with it.
    pub certificates: Vec<Vec<u8>>,
}

impl Answer {
    /// A good answer, made at a time and valid from an hour before to a day after it.
    pub fn new(id: Vec<u8>, status: Vec<u8>, now: i64) -> Self {
        let single =
            Single { id, status, this_update: time(now - 3600), next_update: Some(time(now + 86_400)) };
        Self { singles: vec![single], by_key: false, produced_at: time(now - 3600), certificates: Vec::new() }
    }

    /// The whole OCSP answer, signed by somebody who names himself as the signer.
    pub fn sign(&self, signer: &Identity) -> Vec<u8> {
        self.sign_as(signer, &signer.key)
    }

    /// The same with a key that need not be the one named.
    pub fn sign_as(&self, signer: &Identity, key: &KeyPair) -> Vec<u8> {
        let (name, bits) = signer.name_and_key();
        let id = if self.by_key {
            der(0xa2, &der(4, digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &bits).as_ref()))
        } else {
            der(0xa1, &name)
        };
        let singles: Vec<Vec<u8>> = self.singles.iter().map(encode_single).collect();
        let data = sequence(&[id, self.produced_at.clone(), sequence(&singles)]);
        let signature = [vec![0], key.sign(&data).unwrap()].concat();
        let ecdsa_sha256 = sequence(&[der(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])]);
        let mut parts = vec![data, ecdsa_sha256, der(3, &signature)];
        if !self.certificates.is_empty() {
            parts.push(der(0xa0, &sequence(&self.certificates)));
        }
        response(&[0x2b, 6, 1, 5, 5, 7, 48, 1, 1], &sequence(&parts))
    }
}

fn encode_single(single: &Single) -> Vec<u8> {
    let next = single.next_update.as_ref().map(|time| der(0xa0, time)).unwrap_or_default();
    sequence(&[single.id.clone(), single.status.clone(), single.this_update.clone(), next])
}

/// A successful answer of any type.
pub fn response(kind: &[u8], bytes: &[u8]) -> Vec<u8> {
    sequence(&[der(10, &[0]), der(0xa0, &sequence(&[der(6, kind), der(4, bytes)]))])
}

/// An answer that is only a status: 3 is tryLater, 6 unauthorized.
pub fn error(status: u8) -> Vec<u8> {
    sequence(&[der(10, &[status])])
}
