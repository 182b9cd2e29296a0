//! Where trust begins.

use super::Name;
use super::records::{Digest, Key};
use super::signature::{self, is_supported, is_supported_digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultfinder_net::dns::{Query, QueryOptions};
use faultfinder_taxonomy::word::RecordType;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::io::Read as _;

/// The keys of the root: KSK-2017 (20326) and KSK-2024 (38696), as IANA publishes them at
/// <https://data.iana.org/root-anchors/root-anchors.xml>.
const ROOT: &str = "\
. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
. IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
";

/// Most bytes of a file of anchors.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Most anchors.
const ANCHORS_MAX: usize = 1000;
/// The field that anchors are given by.
const FIELD: &str = "dns.trust_anchor";

/// The keys that are trusted without a signature.
#[derive(Debug, Clone)]
pub(crate) struct Anchors(Vec<Anchor>);

#[derive(Debug, Clone)]
struct Anchor {
    zone: Name,
    trusted: Trusted,
}

#[derive(Debug, Clone)]
enum Trusted {
    Digest(Digest),
    Key(Key),
}

impl Anchors {
    /// The root's keys, and these: each a file, or lines as in a zone file. Lines for the root take the place of its keys.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` when a file cannot be read, or a line is not a DS or DNSKEY record.
    pub(crate) fn new(given: &[String]) -> Result<Self, Fault> {
        let mut anchors = Vec::new();
        for (index, source) in given.iter().enumerate() {
            let invalid = |message: String| refused(&format!("{FIELD}[{index}]"), &message);
            let text = if is_inline_anchor(source) { Ok(source.clone()) } else { read_file(source) };
            let found = text.and_then(|text| parse(&text)).map_err(invalid)?;
            if found.is_empty() {
                return Err(invalid(format!("{source:?} contains no DS or DNSKEY record")));
            }
            anchors.extend(found);
        }
        if anchors.len() > ANCHORS_MAX {
            return Err(refused(FIELD, &format!("there are more than {ANCHORS_MAX}")));
        }
        if anchors.iter().all(|anchor| anchor.zone.count() > 0) {
            anchors.extend(parse(ROOT).map_err(|message| refused(FIELD, &message))?);
        }
        Ok(Self(anchors))
    }

    /// The anchor that lies closest above a name.
    pub(super) fn closest(&self, name: &Name) -> Option<&Name> {
        let above = self.0.iter().map(|anchor| &anchor.zone).filter(|zone| name.is_within(zone));
        above.max_by_key(|zone| zone.count())
    }

    /// Which of these keys of a zone are trusted.
    pub(super) fn trusted<'k>(&self, zone: &Name, keys: &'k [Key]) -> Vec<&'k Key> {
        let is_trusted = |key: &&Key| {
            self.0.iter().filter(|anchor| anchor.zone == *zone).any(|anchor| match &anchor.trusted {
                Trusted::Digest(digest) => signature::speaks_of(digest, zone, key),
                // The key itself, whether it is marked as revoked since or not, is judged by its use.
                Trusted::Key(other) => other.algorithm == key.algorithm && other.key == key.key,
            })
        };
        keys.iter().filter(is_trusted).collect()
    }

    /// Whether there is an anchor of this zone that can be used.
    pub(super) fn is_usable(&self, zone: &Name) -> bool {
        self.0.iter().filter(|anchor| anchor.zone == *zone).any(|anchor| match &anchor.trusted {
            Trusted::Digest(digest) => {
                is_supported(digest.algorithm) && is_supported_digest(digest.digest_type)
            }
            Trusted::Key(key) => is_supported(key.algorithm),
        })
    }
}

/// Whether a trust anchor is the records themselves, not the path of a file.
#[must_use]
pub fn is_inline_anchor(text: &str) -> bool {
    text.split_whitespace()
        .skip(1)
        .any(|word| word.eq_ignore_ascii_case("DS") || word.eq_ignore_ascii_case("DNSKEY"))
}

fn read_file(path: &str) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("cannot read {path}: {error}");
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(cannot)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("{path} has more than {FILE_BYTES_MAX} bytes"));
    }
    Ok(text)
}

fn refused(field: &str, message: &str) -> Fault {
    let message = format!("the trust anchor cannot be used: {message}");
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition("EBADANCHOR", field), message)
}

/// DS and DNSKEY records as they are in a zone file; comments, brackets and other records are skipped.
fn parse(text: &str) -> Result<Vec<Anchor>, String> {
    let mut anchors = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let line = line.split(';').next().unwrap_or_default();
        for (separated, bracket) in line.split_inclusive(['(', ')']).map(|part| match part.chars().last() {
            Some(bracket @ ('(' | ')')) => (part.trim_end_matches(bracket), Some(bracket)),
            _ => (part, None),
        }) {
            words.extend(separated.split_whitespace().map(str::to_owned));
            open = match bracket {
                Some('(') => true,
                Some(_) => false,
                None => open,
            };
        }
        if !open {
            anchors.extend(record(&words)?);
            words.clear();
        }
    }
    anchors.extend(record(&words)?);
    Ok(anchors)
}

/// `OWNER [TTL] [IN] DS|DNSKEY DATA`; nothing for an empty line or another record.
fn record(words: &[String]) -> Result<Option<Anchor>, String> {
    let is = |wanted: &str| words.iter().skip(1).position(|word| word.eq_ignore_ascii_case(wanted));
    let (at, is_digest) = match (is("DS"), is("DNSKEY")) {
        (Some(at), _) => (at, true),
        (None, Some(at)) => (at, false),
        (None, None) => return Ok(None),
    };
    let zone = words.first().map(String::as_str).unwrap_or_default();
    let zone = owner(zone).ok_or_else(|| format!("{zone:?} is not a valid name"))?;
    let data = words.get(at + 2..).unwrap_or_default();
    let wrong = || {
        format!(
            "{:?} is not a valid {}",
            words.join(" "),
            if is_digest { "DS record" } else { "DNSKEY record" }
        )
    };
    let trusted = if is_digest { digest(data).map(Trusted::Digest) } else { key(data).map(Trusted::Key) };
    Ok(Some(Anchor { zone, trusted: trusted.ok_or_else(wrong)? }))
}

fn owner(text: &str) -> Option<Name> {
    let query = Query::new(text, RecordType::SOA, &QueryOptions::default(), FIELD).ok()?;
    Name::from_wire(query.bytes().get(12..)?).map(|(name, _)| name)
}

fn digest(data: &[String]) -> Option<Digest> {
    let [tag, algorithm, digest_type, digest @ ..] = data else { return None };
    let digest = from_hex(&digest.concat())?;
    Some(Digest {
        key_tag: tag.parse().ok()?,
        algorithm: algorithm.parse().ok()?,
        digest_type: digest_type.parse().ok()?,
        digest,
    })
}

fn key(data: &[String]) -> Option<Key> {
    let [flags, protocol, algorithm, key @ ..] = data else { return None };
    let (flags, protocol): (u16, u8) = (flags.parse().ok()?, protocol.parse().ok()?);
    let algorithm: u8 = algorithm.parse().ok()?;
    let key = STANDARD.decode(key.concat()).ok().filter(|key| !key.is_empty())?;
    Key::read(&[&flags.to_be_bytes()[..], &[protocol, algorithm], &key].concat())
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dnssec::name::tests::name;
    use hickory_proto::dnssec::{PublicKey as _, TrustAnchors};

    #[test]
    fn the_root_is_trusted_by_the_keys_that_others_have_too() {
        let anchors = Anchors::new(&[]).unwrap();
        let others = TrustAnchors::default();
        for index in 0..others.len() {
            let public = others.get(index).unwrap();
            let data = [&257_u16.to_be_bytes()[..], &[3, 8], public.public_bytes()].concat();
            let keys = [Key::read(&data).unwrap()];
            assert_eq!(anchors.trusted(&Name::default(), &keys).len(), 1, "{}", keys[0].tag());
        }
        assert_eq!((others.len(), anchors.0.len()), (2, 2));
    }

    #[test]
    fn anchors_are_read_as_zone_files_have_them() {
        let digest = "00".repeat(32);
        for (text, zone, count) in [
            (format!("a.test. 3600 IN DS 1 13 2 {digest}"), "a.test", 1),
            (
                format!("a.test IN DS 1 13 2 ( {} \n {} ) ; comment", &digest[..10], &digest[10..]),
                "a.test",
                1,
            ),
            ("; only comment\nA.test. DNSKEY 257 3 13 AA== ; x\na.test. IN SOA x\n".to_owned(), "a.test", 1),
            (format!("b.test DS 1 13 2 {digest}\na.b.test DS 1 13 2 {digest}"), "a.b.test", 2),
        ] {
            let anchors = Anchors::new(std::slice::from_ref(&text)).unwrap();
            assert_eq!(anchors.0.len(), count + 2, "{text}");
            assert_eq!(
                anchors.closest(&name("x.a.b.test")).is_some_and(|zone| zone.count() == 3),
                count == 2
            );
            assert_eq!(anchors.closest(&name(zone)), Some(&name(zone)), "{text}");
            assert_eq!(anchors.closest(&name("c.example")), Some(&Name::default()), "{text}");
        }
        let own_root = Anchors::new(&[format!(". DS 1 13 2 {digest}")]).unwrap();
        assert_eq!(own_root.0.len(), 1);
        for text in [
            "a.test DS 1 13 2 zz",
            "a.test DS 1 13",
            "a..test DS 1 13 2 00",
            "a.test DNSKEY 1 2 3",
            "/nonexistent/file",
        ] {
            let fault = Anchors::new(&[text.to_owned()]).unwrap_err();
            assert_eq!((fault.code, fault.detail.name()), (Code::InvalidRequest, "EBADANCHOR"), "{text}");
        }
    }
}
