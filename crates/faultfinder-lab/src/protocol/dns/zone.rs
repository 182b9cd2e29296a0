//! Zones that are signed, well or badly.

use super::wire::{A, ANSWER, Asked, CNAME, NS, SOA, TXT, message, name, owned};
use crate::LabError;
use hickory_proto::dnssec::crypto::{Digest, EcdsaSigningKey, Ed25519SigningKey, RsaSigningKey};
use hickory_proto::dnssec::{Algorithm, DigestType, PublicKey as _, SigningKey, TBS};
use rustls_pki_types::PrivatePkcs1KeyDer;
use rustls_pki_types::pem::PemObject as _;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const DS: u16 = 43;
pub(super) const RRSIG: u16 = 46;
pub(super) const NSEC: u16 = 47;
pub(super) const DNSKEY: u16 = 48;
pub(super) const NSEC3: u16 = 50;
const NSEC3PARAM: u16 = 51;
/// The flag of a key of a zone, and those of one that signs keys.
const ZONE_KEY: u16 = 256;
const KEY_SIGNING_KEY: u16 = 257;
/// How long everything lives, in seconds.
const TTL: u32 = 300;
const DAY: u32 = 86_400;
/// A private key that everybody can read: see `pki::key`.
const RSA_2048: &str = include_str!("../../pki/keys/rsa2048.pem");

/// How a zone says that something does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denial {
    /// With NSEC records.
    Nsec,
    /// With NSEC3 records: how often they hash, and whether they leave out what is not signed.
    Nsec3 { iterations: u16, opt_out: bool },
}

/// What is wrong with a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Nothing.
    None,
    /// The signatures of addresses have expired.
    Expired,
    /// They begin tomorrow.
    NotYetValid,
    /// They end before they begin.
    EndsBeforeItBegins,
    /// They are changed.
    Changed,
    /// They are by a key that the zone does not publish.
    Stranger,
    /// There are none.
    Unsigned,
    /// The zone publishes no keys.
    NoKeys,
    /// It publishes another key than its parent speaks of.
    OtherKey,
    /// Its parent has another digest of its key.
    OtherDigest,
    /// Its key is not marked as one of a zone.
    NoZoneKey,
    /// Nothing proves what is missing.
    NoDenial,
    /// Something else is proven than what is missing.
    WrongDenial,
    /// The signatures of proofs have expired.
    DenialExpired,
    /// The zone does not answer questions for its keys.
    KeysRefused,
}

/// A key of a zone.
pub(super) struct Key {
    signer: Box<dyn SigningKey>,
    algorithm: u8,
    flags: u16,
}

impl Key {
    /// A new key of this algorithm: 8 (always the same one), 13 or 15.
    pub(super) fn new(algorithm: u8) -> Result<Self, LabError> {
        let failed = |error: &dyn std::fmt::Display| LabError::Certificate(format!("a DNSSEC key: {error}"));
        let signer: Box<dyn SigningKey> = match algorithm {
            8 => {
                let der = PrivatePkcs1KeyDer::from_pem_slice(RSA_2048.as_bytes())
                    .map_err(|error| failed(&error))?;
                Box::new(
                    RsaSigningKey::from_pkcs1(&der, Algorithm::RSASHA256).map_err(|error| failed(&error))?,
                )
            }
            15 => {
                let der = Ed25519SigningKey::generate_pkcs8().map_err(|error| failed(&error))?;
                Box::new(Ed25519SigningKey::from_pkcs8(&der).map_err(|error| failed(&error))?)
            }
            _ => {
                let algorithm = Algorithm::ECDSAP256SHA256;
                let der = EcdsaSigningKey::generate_pkcs8(algorithm).map_err(|error| failed(&error))?;
                Box::new(EcdsaSigningKey::from_pkcs8(&der, algorithm).map_err(|error| failed(&error))?)
            }
        };
        Ok(Self { signer, algorithm, flags: KEY_SIGNING_KEY })
    }

    /// The data of its DNSKEY record.
    fn data(&self) -> Vec<u8> {
        let public = self.signer.to_public_key().map(|key| key.public_bytes().to_vec()).unwrap_or_default();
        [&self.flags.to_be_bytes()[..], &[3, self.algorithm], &public].concat()
    }

    /// RFC 4034 appendix B.
    fn tag(&self) -> u16 {
        let sum = self.data().chunks(2).fold(0_u32, |sum, pair| {
            let word = pair.iter().chain(&[0]).take(2).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
            sum.wrapping_add(word)
        });
        u16::try_from(sum.wrapping_add(sum >> 16) & 0xffff).unwrap_or_default()
    }

    /// The data of the DS record that speaks of it.
    fn digest(&self, zone: &str) -> Vec<u8> {
        let hash = Digest::new(&[name(zone), self.data()].concat(), DigestType::SHA256);
        let hash = hash.as_ref().map(AsRef::as_ref).unwrap_or_default();
        [&self.tag().to_be_bytes()[..], &[self.algorithm, 2], hash].concat()
    }
}

/// A zone with its records.
pub(super) struct Zone {
    name: &'static str,
    /// Nothing in a zone that is not signed.
    key: Option<Key>,
    sets: BTreeMap<Owner, BTreeMap<u16, Vec<Vec<u8>>>>,
    denial: Denial,
    flaw: Flaw,
    now: u32,
}

/// A name whose order is the canonical one (RFC 4034 section 6.1): its labels from the root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Owner(Vec<String>);

impl Owner {
    fn of(text: &str) -> Self {
        Self(text.split('.').filter(|label| !label.is_empty()).rev().map(str::to_ascii_lowercase).collect())
    }

    fn text(&self) -> String {
        self.0.iter().rev().map(String::as_str).collect::<Vec<_>>().join(".")
    }

    fn wire(&self) -> Vec<u8> {
        name(&self.text())
    }

    fn within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    fn suffix(&self, count: usize) -> Self {
        Self(self.0.iter().take(count).cloned().collect())
    }

    fn wildcard(&self) -> Self {
        Self(self.0.iter().cloned().chain(["*".to_owned()]).collect())
    }
}

impl Zone {
    /// A zone with a SOA record, and its key's.
    pub(super) fn new(name: &'static str, key: Option<Key>, denial: Denial, flaw: Flaw, now: u32) -> Self {
        let mut zone = Self { name, key, sets: BTreeMap::new(), denial, flaw, now };
        zone.add(name, SOA, soa_data());
        zone.add(name, NS, super::wire::name(&format!("ns1.{name}")));
        if let Denial::Nsec3 { iterations, .. } = denial {
            // SHA-1, no flags, and no salt.
            zone.add(name, NSEC3PARAM, [&[1, 0][..], &iterations.to_be_bytes(), &[0]].concat());
        }
        if flaw == Flaw::NoZoneKey
            && let Some(key) = &mut zone.key
        {
            key.flags = KEY_SIGNING_KEY & !ZONE_KEY;
        }
        zone
    }

    /// Adds a record.
    pub(super) fn add(&mut self, owner: &str, record_type: u16, data: Vec<u8>) {
        self.sets.entry(Owner::of(owner)).or_default().entry(record_type).or_default().push(data);
    }

    /// Adds the DS record of a zone below.
    pub(super) fn vouch(&mut self, child: &Self) {
        if let Some(key) = &child.key {
            let mut digest = key.digest(child.name);
            if child.flaw == Flaw::OtherDigest
                && let Some(byte) = digest.last_mut()
            {
                *byte ^= 1;
            }
            self.add(child.name, DS, digest);
        }
    }

    /// The DS record of its key as a line of a zone file.
    pub(super) fn anchor(&self) -> String {
        let digest = self.key.as_ref().map(|key| key.digest(self.name)).unwrap_or_default();
        let Some(([high, low, algorithm, kind], hash)) = digest.split_first_chunk::<4>() else {
            return String::new();
        };
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}. IN DS {} {algorithm} {kind} {hash}", self.name, u16::from_be_bytes([*high, *low]))
    }

    fn apex(&self) -> Owner {
        Owner::of(self.name)
    }

    /// A set with its signature. `encloser` is where the wildcard stands that it is made of.
    fn signed(
        &self,
        owner: &Owner,
        record_type: u16,
        data: &[Vec<u8>],
        encloser: Option<&Owner>,
    ) -> Vec<Vec<u8>> {
        let wire = owner.wire();
        let mut records: Vec<Vec<u8>> =
            data.iter().map(|data| owned(&wire, record_type, TTL, data)).collect();
        let bare = self.flaw == Flaw::Unsigned && record_type == A;
        if let Some(key) = self.key.as_ref().filter(|_| !bare) {
            records.push(owned(&wire, RRSIG, TTL, &self.signature(key, owner, record_type, data, encloser)));
        }
        records
    }

    /// The data of a signature (RFC 4034 section 3.1).
    fn signature(
        &self,
        key: &Key,
        owner: &Owner,
        record_type: u16,
        data: &[Vec<u8>],
        encloser: Option<&Owner>,
    ) -> Vec<u8> {
        let is_wildcard = owner.0.last().is_some_and(|label| label == "*");
        let labels =
            encloser.map_or_else(|| owner.0.len() - usize::from(is_wildcard), |encloser| encloser.0.len());
        let (inception, expiration) = self.times(record_type);
        let tag =
            if self.flaws(record_type) == Flaw::Stranger { key.tag().wrapping_add(1) } else { key.tag() };
        let mut head = record_type.to_be_bytes().to_vec();
        head.extend([key.algorithm, u8::try_from(labels).unwrap_or(u8::MAX)]);
        for number in [TTL, expiration, inception] {
            head.extend(number.to_be_bytes());
        }
        head.extend(tag.to_be_bytes());
        head.extend(self.apex().wire());
        let wire = encloser.map_or_else(|| owner.wire(), |encloser| encloser.wildcard().wire());
        let mut sorted = data.to_vec();
        sorted.sort();
        let records = sorted.iter().flat_map(|data| owned(&wire, record_type, TTL, data));
        let signed: Vec<u8> = head.iter().copied().chain(records).collect();
        let mut signature = key.signer.sign(&TBS::from(signed.as_slice())).unwrap_or_default();
        if self.flaws(record_type) == Flaw::Changed
            && let Some(byte) = signature.last_mut()
        {
            *byte ^= 1;
        }
        [head, signature].concat()
    }

    /// The flaw as far as it concerns signatures of this type.
    fn flaws(&self, record_type: u16) -> Flaw {
        match (self.flaw, record_type) {
            (Flaw::DenialExpired, NSEC | NSEC3) => Flaw::Expired,
            (flaw, A) => flaw,
            _ => Flaw::None,
        }
    }

    /// When signatures of this type begin and end.
    fn times(&self, record_type: u16) -> (u32, u32) {
        let now = self.now;
        match self.flaws(record_type) {
            Flaw::Expired => (now - 30 * DAY, now - 3 * DAY),
            Flaw::NotYetValid => (now + DAY, now + 30 * DAY),
            Flaw::EndsBeforeItBegins => (now, now - DAY),
            _ => (now - DAY, now + 30 * DAY),
        }
    }

    /// Answers a question for a name of this zone.
    fn answer(&self, owner: &Owner, record_type: u16) -> Reply {
        if record_type == DNSKEY && *owner == self.apex() {
            return self.keys();
        }
        if let Some(sets) = self.sets.get(owner).filter(|_| record_type == RRSIG) {
            let signatures = sets
                .iter()
                .flat_map(|(of, data)| self.signed(owner, *of, data, None).into_iter().skip(data.len()));
            return Reply::found(signatures.collect());
        }
        if let Some(sets) = self.sets.get(owner) {
            let (found, other) = (sets.get(&record_type), sets.get(&CNAME));
            return match (found, other) {
                (Some(data), _) => Reply::found(self.signed(owner, record_type, data, None)),
                (None, Some(data)) => Reply::found(self.signed(owner, CNAME, data, None)),
                // A name that is opted out is proven by the one above it.
                (None, None) if matches!(self.denial, Denial::Nsec3 { opt_out: true, .. }) => {
                    self.missing(0, &[owner, &owner.suffix(owner.0.len().saturating_sub(1))])
                }
                (None, None) => self.missing(0, &[owner]),
            };
        }
        // A name that only has names below it exists too.
        if self.sets.keys().any(|other| other.within(owner)) {
            return self.missing(0, &[owner]);
        }
        let encloser = self.encloser(owner);
        let wildcard = self.sets.get(&encloser.wildcard());
        let of_type = |record_type| wildcard.and_then(|sets| Some((record_type, sets.get(&record_type)?)));
        if let Some((found, data)) = of_type(record_type).or_else(|| of_type(CNAME)) {
            let mut reply = Reply::found(self.signed(owner, found, data, Some(&encloser)));
            reply.authorities = self.proofs(&[&owner.suffix(encloser.0.len() + 1)]);
            return reply;
        }
        match self.denial {
            Denial::Nsec => self.missing(3, &[owner, &encloser.wildcard()]),
            Denial::Nsec3 { .. } => {
                self.missing(3, &[&encloser, &owner.suffix(encloser.0.len() + 1), &encloser.wildcard()])
            }
        }
    }

    fn keys(&self) -> Reply {
        let Some(key) = &self.key else { return self.missing(0, &[&self.apex()]) };
        match self.flaw {
            Flaw::KeysRefused => Reply { rcode: 5, ..Reply::default() },
            Flaw::NoKeys => self.missing(0, &[&self.apex()]),
            Flaw::OtherKey => {
                // What the parent speaks of is the same key with another flag, so with another tag.
                let other = [&ZONE_KEY.to_be_bytes()[..], key.data().get(2..).unwrap_or_default()].concat();
                Reply::found(self.signed(&self.apex(), DNSKEY, &[other], None))
            }
            _ => Reply::found(self.signed(&self.apex(), DNSKEY, &[key.data()], None)),
        }
    }

    /// The longest name above one that does not exist.
    fn encloser(&self, owner: &Owner) -> Owner {
        let exists = |name: &Owner| self.sets.keys().any(|other| other.within(name));
        let mut candidates = (0..owner.0.len()).rev().map(|count| owner.suffix(count));
        candidates.find(exists).unwrap_or_else(|| self.apex())
    }

    /// Nothing, and the proof: what there is at these names, or around them.
    fn missing(&self, rcode: u16, names: &[&Owner]) -> Reply {
        let apex = self.apex();
        let mut authorities = self.signed(&apex, SOA, &[soa_data()], None);
        authorities.extend(self.proofs(names));
        Reply { rcode, answers: Vec::new(), authorities }
    }

    /// The proofs at or around these names, each once.
    fn proofs(&self, names: &[&Owner]) -> Vec<Vec<u8>> {
        let apex = self.apex();
        let names: Vec<&Owner> = match self.flaw {
            Flaw::NoDenial => return Vec::new(),
            Flaw::WrongDenial => vec![&apex],
            _ if self.key.is_none() => return Vec::new(),
            _ => names.to_vec(),
        };
        let owners: BTreeSet<(Owner, Vec<u8>)> = match self.denial {
            Denial::Nsec => names.iter().filter_map(|name| self.nsec(name)).collect(),
            Denial::Nsec3 { iterations, opt_out } => {
                names.iter().filter_map(|name| self.nsec3(name, iterations, opt_out)).collect()
            }
        };
        let record_type = if self.denial == Denial::Nsec { NSEC } else { NSEC3 };
        owners
            .iter()
            .flat_map(|(owner, data)| self.signed(owner, record_type, std::slice::from_ref(data), None))
            .collect()
    }

    /// The NSEC record at or before a name.
    fn nsec(&self, wanted: &Owner) -> Option<(Owner, Vec<u8>)> {
        let (owner, sets) = self.sets.range(..=wanted.clone()).next_back()?;
        let next = self.sets.keys().find(|other| *other > owner).cloned().unwrap_or_else(|| self.apex());
        let types = self.types(owner, sets).into_iter().chain([RRSIG, NSEC]);
        Some((owner.clone(), [next.wire(), bitmap(types)].concat()))
    }

    /// The NSEC3 record at or before the hash of a name.
    fn nsec3(&self, wanted: &Owner, iterations: u16, opt_out: bool) -> Option<(Owner, Vec<u8>)> {
        let apex = self.apex();
        let mut names = BTreeSet::new();
        for (owner, sets) in &self.sets {
            let unsigned = *owner != apex && sets.contains_key(&NS) && !sets.contains_key(&DS);
            if opt_out && unsigned {
                continue;
            }
            // Names between are there too.
            names.extend((apex.0.len()..=owner.0.len()).map(|count| owner.suffix(count)));
        }
        let hashes: BTreeMap<Vec<u8>, Owner> =
            names.into_iter().map(|owner| (hash(&owner, iterations), owner)).collect();
        let wanted = hash(wanted, iterations);
        let (hash, owner) = hashes.range(..=wanted).next_back().or_else(|| hashes.last_key_value())?;
        let next = hashes.keys().find(|other| *other > hash).or_else(|| hashes.keys().next())?;
        let none = BTreeMap::new();
        let sets = self.sets.get(owner).unwrap_or(&none);
        let mut data = vec![1, u8::from(opt_out)];
        data.extend(iterations.to_be_bytes());
        // No salt; the next hash has twenty bytes.
        data.extend([0, 20]);
        data.extend(next);
        let types = self.types(owner, sets).into_iter().chain(sets.first_key_value().map(|_| RRSIG));
        data.extend(bitmap(types));
        let label = base32hex(hash);
        Some((Owner(self.apex().0.into_iter().chain([label]).collect()), data))
    }

    /// The types at a name, without those of DNSSEC's own that are added elsewhere.
    fn types(&self, owner: &Owner, sets: &BTreeMap<u16, Vec<Vec<u8>>>) -> Vec<u16> {
        let keys = (*owner == self.apex()).then_some(DNSKEY);
        sets.keys().copied().chain(keys).collect()
    }
}

/// What a zone answers.
#[derive(Default)]
struct Reply {
    rcode: u16,
    answers: Vec<Vec<u8>>,
    authorities: Vec<Vec<u8>>,
}

impl Reply {
    fn found(answers: Vec<Vec<u8>>) -> Self {
        Self { answers, ..Self::default() }
    }
}

/// Zones on one server.
pub(super) struct World {
    pub(super) zones: Vec<Zone>,
    /// Whether it hands out no signatures and no proofs.
    pub(super) strips: bool,
}

impl World {
    /// Answers a question.
    pub(super) fn answer(&self, asked: &Asked<'_>) -> Vec<u8> {
        let (owner, record_type) = (question(asked), asked.record_type());
        let mut reply = self.find(&owner, record_type);
        if let Some(target) = self.alias(&owner, record_type) {
            let more = self.find(&target, record_type);
            reply.answers.extend(more.answers);
            reply.authorities.extend(more.authorities);
            reply.rcode = more.rcode;
        }
        if self.strips {
            reply.answers.retain(|record| !is_of_dnssec(record));
            reply.authorities.retain(|record| !is_of_dnssec(record));
        }
        // CD is sent back as it came (RFC 4035 section 3.2.2).
        let flags =
            ANSWER | reply.rcode | u16::from(asked.message.get(3).copied().unwrap_or_default() & 0x10);
        message(asked.id(), flags, &[asked.question], [&reply.answers, &reply.authorities, &[]])
    }

    fn find(&self, owner: &Owner, record_type: u16) -> Reply {
        match self.zone(owner, record_type) {
            Some(zone) => zone.answer(owner, record_type),
            None => Reply { rcode: 5, ..Reply::default() },
        }
    }

    /// Where the alias at a name leads.
    fn alias(&self, owner: &Owner, record_type: u16) -> Option<Owner> {
        let zone = self.zone(owner, record_type)?;
        let sets = zone.sets.get(owner).or_else(|| zone.sets.get(&zone.encloser(owner).wildcard()))?;
        let data = sets.get(&CNAME).filter(|_| record_type != CNAME)?.first()?;
        let mut labels = Vec::new();
        let mut rest = data.as_slice();
        while let Some((length, more)) = rest.split_first().filter(|(length, _)| **length > 0) {
            let (label, more) = more.split_at_checked(usize::from(*length))?;
            labels.insert(0, String::from_utf8_lossy(label).into_owned());
            rest = more;
        }
        Some(Owner(labels))
    }

    /// The zone that answers for a name: the deepest, but of the DS records at its apex the one above.
    fn zone(&self, owner: &Owner, record_type: u16) -> Option<&Zone> {
        let fits = |zone: &&Zone| {
            let apex = zone.apex();
            owner.within(&apex) && (record_type != DS || *owner != apex)
        };
        self.zones.iter().filter(fits).max_by_key(|zone| zone.apex().0.len())
    }
}

/// Whether a record is a signature or a proof; its owner is not compressed.
fn is_of_dnssec(record: &[u8]) -> bool {
    let mut rest = record;
    while let Some((length, more)) = rest.split_first().filter(|(length, _)| **length > 0) {
        rest = more.get(usize::from(*length)..).unwrap_or_default();
    }
    let record_type =
        rest.get(1..3).map(|bytes| bytes.iter().fold(0, |all, byte| all << 8 | u16::from(*byte)));
    matches!(record_type, Some(RRSIG | NSEC | NSEC3))
}

/// The name that is asked for.
fn question(asked: &Asked<'_>) -> Owner {
    let mut labels = Vec::new();
    let mut rest = asked.question;
    while let Some((length, more)) = rest.split_first().filter(|(length, _)| **length > 0) {
        let Some((label, more)) = more.split_at_checked(usize::from(*length)) else { break };
        labels.insert(0, String::from_utf8_lossy(label).to_ascii_lowercase());
        rest = more;
    }
    Owner(labels)
}

fn soa_data() -> Vec<u8> {
    let mut data = [name("ns1.zone.test"), name("admin.zone.test")].concat();
    for number in [2_026_010_100_u32, 7200, 3600, 1_209_600, 300] {
        data.extend_from_slice(&number.to_be_bytes());
    }
    data
}

fn hash(owner: &Owner, iterations: u16) -> Vec<u8> {
    let hash = Digest::iterated(&[], &owner.wire(), DigestType::SHA1, iterations);
    hash.as_ref().map(|hash| hash.as_ref().to_vec()).unwrap_or_default()
}

/// A bitmap of types below 256 (RFC 4034 section 4.1.2).
fn bitmap(types: impl Iterator<Item = u16>) -> Vec<u8> {
    let mut bits = [0_u8; 32];
    for number in types.filter(|number| *number < 256) {
        if let Some(byte) = bits.get_mut(usize::from(number / 8)) {
            *byte |= 0x80 >> (number % 8);
        }
    }
    let length = bits.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    if length == 0 {
        // No window without types.
        return Vec::new();
    }
    let mut map = vec![0, u8::try_from(length).unwrap_or_default()];
    map.extend(bits.iter().take(length));
    map
}

/// Base 32 as RFC 4648 section 7 has it, of twenty bytes.
fn base32hex(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let number = chunk.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        for digit in (0..8).rev() {
            let index = usize::try_from(number >> (5 * digit) & 31).unwrap_or_default();
            text.extend(ALPHABET.get(index).copied().map(char::from));
        }
    }
    text
}

/// A text record's data.
pub(super) fn txt(value: &str) -> (u16, Vec<u8>) {
    (TXT, super::wire::text(value))
}
