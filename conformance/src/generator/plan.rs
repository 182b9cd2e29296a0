//! A case before it is signed: certificates and CRLs that can still be changed.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::der::{bits, boolean, context, integer, oid, sequence, tlv, unsigned};
use super::dice::Dice;
use super::extension::{Body, CRL_NUMBER, DELTA_INDICATOR, Extension, Extensions, Surroundings};
use super::keys::{KeyId, Keys, Scheme};
use super::names::{Name, encode_name};
use super::when::When;
use crate::record::Case;

/// A certificate to be made.
#[derive(Debug, Clone)]
pub(super) struct Certificate {
    /// 2 is version 3.
    pub(super) version: i64,
    pub(super) serial: Vec<u8>,
    pub(super) subject: Name,
    pub(super) not_before: When,
    pub(super) not_after: When,
    pub(super) key: KeyId,
    /// Another SubjectPublicKeyInfo than the key's.
    pub(super) spki: Option<Vec<u8>>,
    pub(super) extensions: Vec<Extension>,
    /// Its issuer's place in the plan; its own for a root.
    pub(super) parent: usize,
    /// Another issuer than the parent's subject.
    pub(super) issuer: Option<Name>,
    pub(super) signed: Signed,
}

/// How something is signed.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) scheme: Scheme,
    /// Another key than the issuer's.
    pub(super) signer: Option<KeyId>,
    /// Other algorithms than the signer's: the inner and the outer one.
    pub(super) inner: Option<Vec<u8>>,
    pub(super) outer: Option<Vec<u8>>,
    pub(super) tampered: Option<Tamper>,
    /// Bytes that change before it is signed: where, and by which bits.
    pub(super) noise: Vec<(usize, u8)>,
}

impl Signed {
    pub(super) fn with(scheme: Scheme) -> Self {
        Self { scheme, signer: None, inner: None, outer: None, tampered: None, noise: Vec::new() }
    }
}

/// What happens to a signature afterwards.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tamper {
    /// One of its bits changes.
    Flip(usize),
    /// It loses its last byte.
    Shorten,
    /// It gains a byte.
    Lengthen,
    /// Nothing is left.
    Empty,
    /// All zero.
    Zero,
    /// A bit of what was signed changes: the last byte of its serial number or, of a CRL, of its date.
    Content,
}

/// A certificate of the trust store.
#[derive(Debug, Clone, Default)]
pub(super) struct Trusted {
    /// Its place in the plan.
    pub(super) certificate: usize,
    pub(super) settings: Option<Aux>,
}

/// Trust settings.
#[derive(Debug, Clone, Default)]
pub(super) struct Aux {
    pub(super) trust: Option<Vec<&'static str>>,
    pub(super) reject: Option<Vec<&'static str>>,
    pub(super) alias: bool,
}

/// A CRL to be made.
#[derive(Debug, Clone)]
pub(super) struct Crl {
    /// 1 is version 2; nothing is version 1.
    pub(super) version: Option<i64>,
    /// Its issuer's place in the plan.
    pub(super) parent: usize,
    /// Another issuer than the parent's subject.
    pub(super) issuer: Option<Name>,
    pub(super) last_update: When,
    pub(super) next_update: Option<When>,
    pub(super) entries: Vec<Entry>,
    pub(super) extensions: Vec<Extension>,
    pub(super) signed: Signed,
}

/// A revoked certificate.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) serial: Vec<u8>,
    pub(super) date: When,
    pub(super) extensions: Vec<Extension>,
}

/// What is around a certificate in PEM.
#[derive(Debug, Clone)]
pub(super) enum Wrapping {
    /// A text before it.
    Before(&'static str),
    /// Bytes behind the certificate, in the same block.
    Behind(Vec<u8>),
}

/// Everything of a case.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The certificates that anything may be made of.
    pub(super) certificates: Vec<Certificate>,
    /// The chain that is meant, leaf first.
    pub(super) chain: Vec<usize>,
    pub(super) leaf: usize,
    pub(super) leaf_settings: Option<Aux>,
    pub(super) untrusted: Vec<usize>,
    pub(super) trusted: Vec<Trusted>,
    pub(super) crls: Vec<Crl>,
    /// The settings; its certificates and CRLs are made at the end.
    pub(super) case: Case,
    /// The check time, even if the case has none.
    pub(super) now: i64,
    /// A prefix that keeps the names of this case apart.
    pub(super) mark: String,
    /// What is around the leaf's PEM.
    pub(super) wrapping: Option<Wrapping>,
}

impl Plan {
    /// A certificate of the chain, the leaf as often as all others together.
    pub(super) fn any(&self, dice: &mut Dice) -> usize {
        if dice.percent(50) { self.chain[0] } else { dice.one(&self.chain) }
    }

    /// A certificate of the chain above the leaf; the leaf if it is alone.
    pub(super) fn any_ca(&self, dice: &mut Dice) -> usize {
        match self.chain.as_slice() {
            [_, above @ ..] if !above.is_empty() => dice.one(above),
            chain => chain[0],
        }
    }

    /// One between leaf and root, if there is one.
    pub(super) fn intermediate(&self, dice: &mut Dice) -> Option<usize> {
        let end = self.chain.len().checked_sub(1)?;
        self.chain.get(1..end).filter(|middle| !middle.is_empty()).map(|middle| dice.one(middle))
    }

    /// One below the top; the leaf if it is alone.
    pub(super) fn any_below_top(&self, dice: &mut Dice) -> usize {
        let end = self.chain.len().saturating_sub(1).max(1);
        dice.one(&self.chain[..end])
    }

    pub(super) fn root(&self) -> usize {
        self.chain[self.chain.len() - 1]
    }

    pub(super) fn used_keys(&self) -> Vec<KeyId> {
        self.certificates.iter().map(|certificate| certificate.key).collect()
    }

    /// Adds a certificate; says where.
    pub(super) fn add(&mut self, certificate: Certificate) -> usize {
        self.certificates.push(certificate);
        self.certificates.len() - 1
    }

    pub(super) fn flag(&mut self, name: &str) {
        if !self.has_flag(name) {
            self.case.flags.push(name.to_owned());
        }
    }

    pub(super) fn has_flag(&self, name: &str) -> bool {
        self.case.flags.iter().any(|flag| flag == name)
    }

    pub(super) fn issuer_name(&self, at: usize) -> &Name {
        let certificate = &self.certificates[at];
        certificate.issuer.as_ref().unwrap_or(&self.certificates[certificate.parent].subject)
    }

    /// Makes the case.
    pub(super) fn finish(mut self, keys: &Keys) -> Result<Case> {
        let made = (0..self.certificates.len()).map(|at| self.certificate(at, keys));
        let made = made.collect::<Result<Vec<_>>>()?;
        let plain = |at: &usize| pem("CERTIFICATE", &made[*at]);
        let with = |at: usize, settings: &Option<Aux>| match settings {
            None => plain(&at),
            Some(settings) => pem("TRUSTED CERTIFICATE", &[made[at].clone(), settings.encode()].concat()),
        };
        let crls = self.crls.iter().map(|crl| Ok(pem("X509 CRL", &self.crl(crl, keys)?)));
        let crls = crls.collect::<Result<_>>()?;
        self.case.leaf = match &self.wrapping {
            None => with(self.leaf, &self.leaf_settings),
            Some(Wrapping::Before(text)) => format!("{text}{}", with(self.leaf, &self.leaf_settings)),
            Some(Wrapping::Behind(bytes)) => {
                pem("CERTIFICATE", &[made[self.leaf].clone(), bytes.clone()].concat())
            }
        };
        self.case.untrusted = self.untrusted.iter().map(plain).collect();
        self.case.trusted =
            self.trusted.iter().map(|trusted| with(trusted.certificate, &trusted.settings)).collect();
        self.case.crls = crls;
        Ok(self.case)
    }

    fn certificate(&self, at: usize, keys: &Keys) -> Result<Vec<u8>> {
        let own = &self.certificates[at];
        let parent = &self.certificates[own.parent];
        let key = keys.get(own.key);
        let around = Surroundings { own_key: &key.identifier, issuer_key: &keys.get(parent.key).identifier };
        let version = (own.version != 0).then(|| context(0, &integer(own.version)));
        let extensions = own.extensions.iter().map(|extension| extension.encode(around)).collect::<Vec<_>>();
        let body = |serial: &[u8], inner: &[u8]| {
            sequence(&[
                version.clone().unwrap_or_default(),
                unsigned(serial),
                inner.to_vec(),
                encode_name(self.issuer_name(at)),
                sequence(&[own.not_before.encode(), own.not_after.encode()]),
                encode_name(&own.subject),
                own.spki.clone().unwrap_or_else(|| key.spki.clone()),
                if extensions.is_empty() { Vec::new() } else { context(3, &sequence(&extensions)) },
            ])
        };
        let mut forged = own.serial.clone();
        if let Some(last) = forged.last_mut() {
            *last ^= 1;
        }
        own.signed.seal(parent.key, keys, |inner| body(&own.serial, inner), |inner| body(&forged, inner))
    }

    fn crl(&self, crl: &Crl, keys: &Keys) -> Result<Vec<u8>> {
        let parent = &self.certificates[crl.parent];
        let identifier = &keys.get(parent.key).identifier;
        let around = Surroundings { own_key: identifier, issuer_key: identifier };
        let encode = |extensions: &[Extension]| {
            sequence(&extensions.iter().map(|extension| extension.encode(around)).collect::<Vec<_>>())
        };
        let entries: Vec<Vec<u8>> = crl
            .entries
            .iter()
            .map(|entry| {
                let extensions =
                    if entry.extensions.is_empty() { Vec::new() } else { encode(&entry.extensions) };
                sequence(&[unsigned(&entry.serial), entry.date.encode(), extensions])
            })
            .collect();
        let mut list = crl.extensions.clone();
        // OpenSSL 3.5.5 dies of a delta without a number.
        if list.find(DELTA_INDICATOR).is_some() {
            list.retain(|extension| {
                extension.body.oid() != CRL_NUMBER || matches!(extension.body, Body::CrlNumber(_))
            });
            if list.find(CRL_NUMBER).is_none() {
                list.put(false, Body::CrlNumber(7));
            }
        }
        let extensions = if list.is_empty() { Vec::new() } else { context(0, &encode(&list)) };
        let body = |inner: &[u8], last_update: Vec<u8>| {
            sequence(&[
                crl.version.map(integer).unwrap_or_default(),
                inner.to_vec(),
                encode_name(crl.issuer.as_ref().unwrap_or(&parent.subject)),
                last_update,
                crl.next_update.as_ref().map(When::encode).unwrap_or_default(),
                if entries.is_empty() { Vec::new() } else { sequence(&entries) },
                extensions.clone(),
            ])
        };
        let forged = match crl.last_update.time() {
            Some(time) => When::At(time ^ 1).encode(),
            None => crl.last_update.encode(),
        };
        crl.signed.seal(
            parent.key,
            keys,
            |inner| body(inner, crl.last_update.encode()),
            |inner| body(inner, forged.clone()),
        )
    }
}

impl Signed {
    /// Signs a body, and does to it what is to be done.
    fn seal(
        &self,
        issuer: KeyId,
        keys: &Keys,
        body: impl Fn(&[u8]) -> Vec<u8>,
        forged: impl Fn(&[u8]) -> Vec<u8>,
    ) -> Result<Vec<u8>> {
        let signer = keys.get(self.signer.unwrap_or(issuer));
        let algorithm = signer.algorithm(self.scheme);
        let inner = self.inner.as_ref().unwrap_or(&algorithm);
        let mut content = body(inner);
        for (at, bits) in &self.noise {
            let at = at % content.len();
            content[at] ^= bits;
        }
        let mut signature = signer.sign(self.scheme, &content)?;
        let length = signature.len();
        match self.tampered {
            None => {}
            Some(Tamper::Flip(at)) => signature[at % length] ^= 1 << (at % 8),
            Some(Tamper::Shorten) => signature.truncate(length - 1),
            Some(Tamper::Lengthen) => signature.push(0),
            Some(Tamper::Empty) => signature.clear(),
            Some(Tamper::Zero) => signature.fill(0),
            Some(Tamper::Content) => content = forged(inner),
        }
        Ok(sequence(&[content, self.outer.clone().unwrap_or(algorithm), bits(&signature)]))
    }
}

impl Aux {
    fn encode(&self) -> Vec<u8> {
        let list = |usages: &[&str]| usages.iter().flat_map(|usage| oid(usage)).collect::<Vec<_>>();
        sequence(&[
            self.trust.as_ref().map(|usages| tlv(0x30, &list(usages))).unwrap_or_default(),
            self.reject.as_ref().map(|usages| context(0, &list(usages))).unwrap_or_default(),
            if self.alias { tlv(12, b"an alias") } else { Vec::new() },
        ])
    }
}

/// A PEM block.
fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, next) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = next;
    }
    out + &format!("-----END {label}-----\n")
}

/// A BOOLEAN that says FALSE, which DER leaves out.
pub(super) fn explicit_false() -> Vec<u8> {
    boolean(false)
}
