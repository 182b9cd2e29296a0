//! A record set, keys and a time: is it signed? (RFC 4035 section 5.3)

use super::Name;
use super::records::{Digest, Key, RecordSet, Signature};
use super::trouble::Trouble;
use faultfinder_net::dns::date;
use hickory_proto::dnssec::crypto::Digest as Hash;
use hickory_proto::dnssec::{Algorithm, DigestType, PublicKey as _, PublicKeyBuf};
use std::cmp::Ordering;

/// Most verifications of signatures for one answer and its chain: each link needs two, a chain has hardly ten.
pub(super) const VERIFICATIONS_MAX: u32 = 128;
/// Most signatures of one record set that are looked at: two algorithms and a change of keys make four.
pub(super) const SIGNATURES_MAX: usize = 8;
/// Most keys of the same tag and algorithm that are tried for one signature; honest zones have one.
pub(super) const KEYS_MAX: usize = 4;

/// How many verifications are left.
#[derive(Debug)]
pub(super) struct Budget(u32);

impl Budget {
    pub(super) const fn new() -> Self {
        Self(VERIFICATIONS_MAX)
    }

    pub(super) const fn spent(&self) -> u32 {
        VERIFICATIONS_MAX - self.0
    }

    fn spend(&mut self) -> Result<(), Trouble> {
        self.0 = self.0.checked_sub(1).ok_or_else(|| {
            let reason = format!("more than {VERIFICATIONS_MAX} signatures would have to be verified");
            Trouble::bogus("DNSSEC_BOGUS", reason)
        })?;
        Ok(())
    }
}

/// A zone and the keys that are trusted to sign for it.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    pub(super) name: Name,
    pub(super) keys: Vec<Key>,
}

/// A record set is signed by the zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    /// The name right below which the wildcard is that the set was made of; nothing for a set that is in the zone
    /// under its own name.
    pub(super) wildcard_of: Option<Name>,
    /// The algorithm of the signature that holds.
    pub(super) algorithm: u8,
}

/// Whether signatures of this algorithm can be verified here.
pub(super) const fn is_supported(algorithm: u8) -> bool {
    matches!(algorithm, 5 | 7 | 8 | 10 | 13 | 14 | 15)
}

/// Whether an algorithm is deprecated because of SHA-1, so that validators may treat its zones as unsigned (RFC 9905).
pub(super) const fn is_deprecated(algorithm: u8) -> bool {
    matches!(algorithm, 5 | 7)
}

/// The mnemonic of a digest (IANA registry).
pub(super) fn digest_name(digest_type: u8) -> String {
    match digest_type {
        1 => "SHA-1".to_owned(),
        2 => "SHA-256".to_owned(),
        4 => "SHA-384".to_owned(),
        other => format!("type {other}"),
    }
}

/// The mnemonic of an algorithm (IANA registry, RFC 8624).
pub(super) fn algorithm_name(algorithm: u8) -> String {
    let name = match algorithm {
        1 => "RSAMD5",
        3 => "DSA",
        5 => "RSASHA1",
        6 => "DSA-NSEC3-SHA1",
        7 => "RSASHA1-NSEC3-SHA1",
        8 => "RSASHA256",
        10 => "RSASHA512",
        12 => "ECC-GOST",
        13 => "ECDSAP256SHA256",
        14 => "ECDSAP384SHA384",
        15 => "ED25519",
        16 => "ED448",
        other => return format!("algorithm {other}"),
    };
    name.to_owned()
}

/// Whether a record set is signed by this zone at this time.
///
/// # Errors
///
/// Of several signatures that do not hold, the trouble of the one that says most.
pub(super) fn verify(set: &RecordSet, zone: &Zone, now: i64, budget: &mut Budget) -> Result<Signed, Trouble> {
    let mut worst: Option<(u8, Trouble)> = None;
    for signature in set.signatures.iter().take(SIGNATURES_MAX) {
        match one(set, signature, zone, now, budget) {
            Ok(signed) => return Ok(signed),
            Err((rank, trouble)) => {
                if worst.as_ref().is_none_or(|(other, _)| rank < *other) {
                    worst = Some((rank, trouble.with_signature(signature)));
                }
            }
        }
    }
    let trouble = worst.map_or_else(
        || {
            let reason =
                format!("{} has no signature, although its zone {} is signed", set.text(), zone.name);
            Trouble::bogus("RRSIGS_MISSING", reason)
        },
        |(_, trouble)| trouble,
    );
    Err(trouble.in_zone(&zone.name).about(set.text()))
}

/// One signature; troubles come with a rank, the most telling lowest.
fn one(
    set: &RecordSet,
    signature: &Signature,
    zone: &Zone,
    now: i64,
    budget: &mut Budget,
) -> Result<Signed, (u8, Trouble)> {
    let what = set.text();
    let bogus = |rank: u8, name: &'static str, reason: String| Err((rank, Trouble::bogus(name, reason)));
    if signature.signer != zone.name {
        let reason = format!(
            "the signature of {what} is by {}, which is not its zone {}",
            signature.signer, zone.name
        );
        return bogus(6, "DNSSEC_BOGUS", reason);
    }
    let labels = usize::from(signature.labels);
    if labels > set.owner.signed_count() {
        let reason = format!(
            "the signature of {what} has {labels} labels, but its name has {}",
            set.owner.signed_count()
        );
        return bogus(5, "DNSSEC_BOGUS", reason);
    }
    in_time(&what, signature, now)?;
    let algorithm = algorithm_name(signature.algorithm);
    if !is_supported(signature.algorithm) {
        return bogus(
            7,
            "DNSSEC_BOGUS",
            format!("the signature of {what} has the unsupported algorithm {algorithm}"),
        );
    }
    let tag = signature.key_tag;
    let tagged: Vec<&Key> =
        zone.keys.iter().filter(|key| key.algorithm == signature.algorithm && key.tag() == tag).collect();
    if tagged.is_empty() {
        let reason = format!(
            "the signature of {what} is by the key {tag} ({algorithm}), which {} does not have",
            zone.name
        );
        return bogus(4, "DNSSEC_BOGUS", reason);
    }
    let Some(message) = to_be_signed(set, signature) else {
        return bogus(5, "DNSSEC_BOGUS", format!("the signature of {what} cannot be for that name"));
    };
    let mut usable = false;
    for key in tagged.into_iter().filter(|key| key.may_sign()).take(KEYS_MAX) {
        usable = true;
        budget.spend().map_err(|trouble| (0, trouble))?;
        let public = PublicKeyBuf::new(key.key.clone(), Algorithm::from_u8(key.algorithm));
        if public.verify(&message, &signature.signature).is_ok() {
            let wildcard_of = (labels < set.owner.signed_count()).then(|| set.owner.suffix(labels));
            return Ok(Signed { wildcard_of, algorithm: key.algorithm });
        }
    }
    if usable {
        let reason =
            format!("the signature of {what} by the key {tag} ({algorithm}) of {} is not valid", zone.name);
        return bogus(2, "DNSSEC_BOGUS", reason);
    }
    let reason = format!("the signature of {what} is by the key {tag}, which is revoked or not a zone key");
    bogus(3, "NO_ZONE_KEY_BIT_SET", reason)
}

/// RFC 4034 section 3.1.5: times are numbers modulo 2^32.
fn in_time(what: &str, signature: &Signature, now: i64) -> Result<(), (u8, Trouble)> {
    let (inception, expiration) = (signature.inception, signature.expiration);
    let today = u32::try_from(now.rem_euclid(1 << 32)).unwrap_or_default();
    let zone = &signature.signer;
    let now = date(today);
    if later(inception, expiration) {
        let reason = format!(
            "the signature of {what} by {zone} expires on {}, before it becomes valid on {}",
            date(expiration),
            date(inception)
        );
        return Err((1, Trouble::bogus("SIGNATURE_EXPIRED_BEFORE_VALID", reason)));
    }
    if later(today, expiration) {
        let reason =
            format!("the signature of {what} by {zone} expired on {}; the time is {now}", date(expiration));
        return Err((1, Trouble::bogus("SIGNATURE_EXPIRED", reason)));
    }
    if later(inception, today) {
        let reason =
            format!("the signature of {what} by {zone} is valid from {}; the time is {now}", date(inception));
        return Err((1, Trouble::bogus("SIGNATURE_NOT_YET_VALID", reason)));
    }
    Ok(())
}

/// Whether one time is later than another in the arithmetic of serial numbers (RFC 1982).
fn later(one: u32, other: u32) -> bool {
    one != other && one.wrapping_sub(other) < 1 << 31
}

/// What was signed (RFC 4034 section 3.1.8.1); nothing when the labels do not fit.
fn to_be_signed(set: &RecordSet, signature: &Signature) -> Option<Vec<u8>> {
    let labels = usize::from(signature.labels);
    let owner = match labels.cmp(&set.owner.signed_count()) {
        Ordering::Equal => set.owner.clone(),
        Ordering::Less => set.owner.suffix(labels).wildcard(),
        Ordering::Greater => return None,
    };
    let owner = owner.to_wire();
    let mut message = signature.head.clone();
    for data in &set.data {
        message.extend_from_slice(&owner);
        message.extend_from_slice(&set.record_type.number().to_be_bytes());
        message.extend_from_slice(&set.class.to_be_bytes());
        message.extend_from_slice(&signature.original_ttl.to_be_bytes());
        message.extend_from_slice(&u16::try_from(data.len()).ok()?.to_be_bytes());
        message.extend_from_slice(data);
    }
    Some(message)
}

/// Whether a digest of this type can be computed here.
pub(super) const fn is_supported_digest(digest_type: u8) -> bool {
    matches!(digest_type, 1 | 2 | 4)
}

/// Whether a DS record speaks of this key of a zone (RFC 4034 section 5.1.4).
pub(super) fn speaks_of(digest: &Digest, zone: &Name, key: &Key) -> bool {
    digest.key_tag == key.tag()
        && digest.algorithm == key.algorithm
        && digest_of(digest.digest_type, zone, key).is_some_and(|found| found == digest.digest)
}

/// The digest of a key.
fn digest_of(digest_type: u8, zone: &Name, key: &Key) -> Option<Vec<u8>> {
    let digest_type = match digest_type {
        1 => DigestType::SHA1,
        2 => DigestType::SHA256,
        4 => DigestType::SHA384,
        _ => return None,
    };
    let bytes = [zone.to_wire(), key.data.clone()].concat();
    Hash::new(&bytes, digest_type).ok().map(|hash| hash.as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_taxonomy::word::RecordType;

    use crate::dnssec::name::tests::name;
    use hickory_proto::dnssec::crypto::Ed25519SigningKey;
    use hickory_proto::dnssec::{SigningKey as _, TBS};

    const NOW: i64 = 1_800_000_000;

    struct Signer(Ed25519SigningKey);

    impl Signer {
        fn new() -> Self {
            let der = Ed25519SigningKey::generate_pkcs8().unwrap();
            Self(Ed25519SigningKey::from_pkcs8(&der).unwrap())
        }

        fn key(&self, flags: u16) -> Key {
            let public = self.0.to_public_key().unwrap();
            let data = [&flags.to_be_bytes()[..], &[3, 15], public.public_bytes()].concat();
            Key::read(&data).unwrap()
        }

        fn zone(&self) -> Zone {
            Zone { name: name("a.test"), keys: vec![self.key(257)] }
        }

        /// Signs a set as `labels` say, with these times around now.
        fn sign(&self, set: &mut RecordSet, labels: u8, times: [i64; 2], tag: u16) {
            let [inception, expiration] = times.map(|offset| u32::try_from(NOW + offset).unwrap());
            let mut head = set.record_type.number().to_be_bytes().to_vec();
            head.extend([15, labels]);
            for number in [300, expiration, inception] {
                head.extend(number.to_be_bytes());
            }
            head.extend(tag.to_be_bytes());
            head.extend(name("a.test").to_wire());
            let mut signature = Signature {
                algorithm: 15,
                labels,
                original_ttl: 300,
                expiration,
                inception,
                key_tag: tag,
                signer: name("a.test"),
                head,
                signature: Vec::new(),
            };
            let message = to_be_signed(set, &signature).unwrap_or_default();
            signature.signature = self.0.sign(&TBS::from(message.as_slice())).unwrap();
            set.signatures.push(signature);
        }
    }

    fn set(owner: &str) -> RecordSet {
        let data = vec![vec![192, 0, 2, 1], vec![192, 0, 2, 2]];
        RecordSet { owner: name(owner), record_type: RecordType::A, class: 1, data, signatures: Vec::new() }
    }

    const VALID: [i64; 2] = [-60, 60];

    #[test]
    fn a_signature_holds_for_its_set_its_key_and_its_time() {
        let signer = Signer::new();
        let tag = signer.key(257).tag();
        type Row = (&'static str, u8, [i64; 2], u16, Result<Option<&'static str>, &'static str>);
        let rows: [Row; 9] = [
            ("x.a.test", 3, VALID, tag, Ok(None)),
            ("x.y.a.test", 2, VALID, tag, Ok(Some("a.test"))),
            ("*.a.test", 2, VALID, tag, Ok(None)),
            ("x.a.test", 4, VALID, tag, Err("DNSSEC_BOGUS")),
            ("x.a.test", 3, [-60, -1], tag, Err("SIGNATURE_EXPIRED")),
            ("x.a.test", 3, [1, 60], tag, Err("SIGNATURE_NOT_YET_VALID")),
            ("x.a.test", 3, [60, -60], tag, Err("SIGNATURE_EXPIRED_BEFORE_VALID")),
            ("x.a.test", 3, VALID, tag ^ 1, Err("DNSSEC_BOGUS")),
            ("x.a.test", 3, [0, 0], tag, Ok(None)),
        ];
        for (owner, labels, times, tag, expected) in rows {
            let mut set = set(owner);
            signer.sign(&mut set, labels, times, tag);
            let found = verify(&set, &signer.zone(), NOW, &mut Budget::new());
            let found = found.map(|signed| signed.wildcard_of).map_err(|trouble| trouble.name);
            assert_eq!(found, expected.map(|encloser| encloser.map(name)), "{owner} {labels} {times:?}");
        }
    }

    #[test]
    fn changed_data_and_keys_that_may_not_sign_are_bogus() {
        let signer = Signer::new();
        let mut good = set("x.a.test");
        signer.sign(&mut good, 3, VALID, signer.key(257).tag());
        let mut changed = good.clone();
        changed.data[0][3] = 9;
        let trouble = verify(&changed, &signer.zone(), NOW, &mut Budget::new()).unwrap_err();
        assert_eq!((trouble.name, trouble.zone.as_deref()), ("DNSSEC_BOGUS", Some("a.test")));
        assert!(trouble.reason.contains("is not valid"), "{}", trouble.reason);
        for flags in [1, 257 | 0x80] {
            let key = signer.key(flags);
            let mut set = set("x.a.test");
            signer.sign(&mut set, 3, VALID, key.tag());
            let zone = Zone { name: name("a.test"), keys: vec![key] };
            assert_eq!(verify(&set, &zone, NOW, &mut Budget::new()).unwrap_err().name, "NO_ZONE_KEY_BIT_SET");
        }
        let unsigned = set("x.a.test");
        assert_eq!(
            verify(&unsigned, &signer.zone(), NOW, &mut Budget::new()).unwrap_err().name,
            "RRSIGS_MISSING"
        );
        let other = Zone { name: name("test"), ..signer.zone() };
        assert!(verify(&good, &other, NOW, &mut Budget::new()).unwrap_err().reason.contains("not its zone"));
    }

    #[test]
    fn colliding_keys_and_many_signatures_cost_a_bounded_number_of_verifications() {
        let (signer, other) = (Signer::new(), Signer::new());
        let mut set = set("x.a.test");
        let tag = other.key(257).tag();
        for _ in 0..100 {
            signer.sign(&mut set, 3, VALID, tag);
        }
        let zone = Zone { name: name("a.test"), keys: vec![other.key(257); 100] };
        let mut budget = Budget::new();
        assert_eq!(verify(&set, &zone, NOW, &mut budget).unwrap_err().name, "DNSSEC_BOGUS");
        assert_eq!(budget.spent(), u32::try_from(SIGNATURES_MAX * KEYS_MAX).unwrap());
        for _ in 0..5 {
            let _ = verify(&set, &zone, NOW, &mut budget);
        }
        assert_eq!(budget.spent(), VERIFICATIONS_MAX);
        let trouble = verify(&set, &zone, NOW, &mut budget).unwrap_err();
        assert!(trouble.reason.contains("more than 128"), "{}", trouble.reason);
    }

    #[test]
    fn a_ds_record_speaks_of_one_key_of_one_zone() {
        let signer = Signer::new();
        let key = signer.key(257);
        let digest = |digest_type| Digest {
            key_tag: key.tag(),
            algorithm: 15,
            digest_type,
            digest: digest_of(digest_type, &name("a.test"), &key).unwrap_or_default(),
        };
        for digest_type in [1, 2, 4] {
            assert!(speaks_of(&digest(digest_type), &name("a.test"), &key));
            assert!(!speaks_of(&digest(digest_type), &name("b.test"), &key));
            assert!(!speaks_of(&digest(digest_type), &name("a.test"), &signer.key(256)));
        }
        assert!(!speaks_of(&digest(3), &name("a.test"), &key));
    }

    #[test]
    fn times_are_compared_around_the_end_of_their_numbers() {
        for (one, other, expected) in
            [(2, 1, true), (1, 2, false), (1, 1, false), (5, u32::MAX, true), (u32::MAX, 5, false)]
        {
            assert_eq!(later(one, other), expected, "{one} {other}");
        }
    }
}
