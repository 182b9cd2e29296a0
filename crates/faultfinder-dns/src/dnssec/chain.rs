//! From the anchor to a zone's keys, and the answer under them.

use super::denial::Proofs;
use super::nsec3::too_many;
use super::proof::{Cut, ITERATIONS_MAX, Proven, parameters};
use super::records::{Digest, Key, RecordSet, sets};
use super::signature::{
    self, Budget, Signed, Zone, algorithm_name, digest_name, is_deprecated, is_supported,
    is_supported_digest, speaks_of,
};
use super::trouble::Trouble;
use super::{Anchors, Name};
use crate::verdict::Validation;
use faultfinder_net::dns::Answer;
use faultfinder_taxonomy::Fault;
use faultfinder_taxonomy::word::RecordType;

/// Most questions for the chain of one answer. A name in `ip6.arpa` has 34 labels, each of which is asked for.
pub(super) const QUERIES_MAX: u32 = 64;
/// Most keys of one zone that are looked at.
const ZONE_KEYS_MAX: usize = 64;
/// Most CNAMEs that are followed.
const CNAMES_MAX: usize = 16;

/// Somebody who asks the server.
pub(crate) trait Ask {
    /// Asks with CD=1 and DO=1.
    fn ask(
        &mut self,
        name: &Name,
        record_type: RecordType,
    ) -> impl Future<Output = Result<Answer, Fault>> + Send;
}

/// An answer, and the question that it answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The name that was asked for.
    pub(crate) name: &'a Name,
    /// The type that was asked for.
    pub(crate) record_type: RecordType,
    /// The answer.
    pub(crate) answer: &'a Answer,
}

/// Judges an answer at a time in seconds since 1970.
pub(crate) async fn validate<A: Ask + Send>(
    subject: Subject<'_>,
    anchors: &Anchors,
    now: i64,
    asker: &mut A,
) -> Validation {
    let mut validator = Validator {
        asker,
        anchors,
        now,
        budget: Budget::new(),
        queries: 0,
        zones: Vec::new(),
        cuts: Vec::new(),
        chain: Vec::new(),
        deprecated: Vec::new(),
    };
    let outcome = validator.answer(subject).await;
    let mut validation = Validation::secure();
    if let Err(trouble) = outcome {
        trouble.tell(&mut validation);
    }
    validation.queries = validator.queries;
    validation.verifications = validator.budget.spent();
    validation.chain = validator.chain;
    validation.deprecated = validator.deprecated;
    validation
}

struct Validator<'a, A> {
    asker: &'a mut A,
    anchors: &'a Anchors,
    now: i64,
    budget: Budget,
    queries: u32,
    /// Zones whose keys are known.
    zones: Vec<Zone>,
    /// What was found at names that were asked for a DS record.
    cuts: Vec<(Name, Delegation)>,
    chain: Vec<String>,
    /// Zones whose signatures have an algorithm that is deprecated, each with it.
    deprecated: Vec<String>,
}

/// What lies at a name, as the zone above it says.
#[derive(Debug, Clone)]
enum Delegation {
    /// No zone of its own.
    None,
    /// No name at all.
    NoName,
    /// A zone with these DS records.
    Signed(Vec<Digest>),
}

impl<A: Ask + Send> Validator<'_, A> {
    /// The sets that the answer is made of: CNAMEs, and what they lead to.
    async fn answer(&mut self, subject: Subject<'_>) -> Result<(), Trouble> {
        if subject.record_type == RecordType::RRSIG && subject.answer.rcode.number() == 0 {
            // RFC 4035 section 2.2: an RRSIG record set is not signed itself. Resolvers answer with what they have in their
            // caches, so an empty answer says nothing about the name either.
            let what = format!("{} RRSIG", subject.name);
            let reason = format!("{what}: signatures are not signed themselves (RFC 4035 section 2.2)");
            return Err(Trouble::insecure("RRSIGS_MISSING", reason).about(what));
        }
        let found = sets(&subject.answer.answers);
        let denials = sets(&subject.answer.authorities);
        let wanted = |set: &&RecordSet| {
            set.record_type == subject.record_type || subject.record_type == RecordType::ANY
        };
        // A part of the answer that is insecure does not end it: another part may be bogus.
        let mut insecure = None;
        let mut name = subject.name.clone();
        for _ in 0..=CNAMES_MAX {
            let here: Vec<&RecordSet> = found.iter().filter(|set| set.owner == name).collect();
            let matching: Vec<&&RecordSet> = here.iter().filter(|set| wanted(set)).collect();
            if !matching.is_empty() {
                for set in matching {
                    keep_insecure(self.positive(set, &found, &denials).await, &mut insecure)?;
                }
                return insecure.map_or(Ok(()), Err);
            }
            let alias = here.iter().find(|set| set.record_type == RecordType::CNAME);
            let Some(target) = alias.and_then(|alias| alias.target()) else {
                let absent = self.negative(&name, subject, &denials).await;
                keep_insecure(absent, &mut insecure)?;
                return insecure.map_or(Ok(()), Err);
            };
            if let Some(alias) = alias {
                keep_insecure(self.positive(alias, &found, &denials).await, &mut insecure)?;
            }
            name = target;
        }
        Err(Trouble::bogus("DNSSEC_BOGUS", format!("more than {CNAMES_MAX} CNAMEs follow one another")))
    }

    /// A set that is there: it must be signed by its zone.
    async fn positive(
        &mut self,
        set: &RecordSet,
        found: &[RecordSet],
        denials: &[RecordSet],
    ) -> Result<(), Trouble> {
        if set.signatures.is_empty()
            && let Some(origin) = found.iter().find(|other| made_by(set, other))
        {
            // A CNAME that was made of a DNAME is not signed itself (RFC 6672 section 5.3.1).
            return Box::pin(self.positive(origin, &[], denials)).await;
        }
        let zone = self.zone_of(&set.owner, set.record_type, set.signer()).await?;
        let signed = self.verify(set, &zone)?;
        let Some(encloser) = signed.wildcard_of else { return Ok(()) };
        let proofs = Proofs::read(denials, &zone, self.now, &mut self.budget)
            .map_err(|trouble| trouble.in_zone(&zone.name))?;
        match proofs.no_closer_name(&encloser, &set.owner) {
            Proven::Absent => Ok(()),
            Proven::Unsigned => Err(opted_out(&set.text(), &zone.name)),
            Proven::Nothing => {
                if proofs.is_empty() {
                    self.hashes_seldom(&zone).await?;
                }
                let reason = format!(
                    "{} is derived from the wildcard {}, and there is no proof that the exact name does not exist",
                    set.text(),
                    encloser.wildcard()
                );
                Err(Trouble::bogus("NSEC_MISSING", reason).in_zone(&zone.name).about(set.text()))
            }
        }
    }

    /// A name or record that is not there: its zone must prove it.
    async fn negative(
        &mut self,
        name: &Name,
        subject: Subject<'_>,
        denials: &[RecordSet],
    ) -> Result<(), Trouble> {
        let record_type = subject.record_type;
        let what = format!("{name} {record_type}");
        let no_name = subject.answer.rcode.number() == 3;
        let is_proof = |set: &&RecordSet| matches!(set.record_type, RecordType::NSEC | RecordType::NSEC3);
        // The proofs of other zones may be there too: that of a wildcard CNAME which leads into a zone below.
        let signers = denials.iter().filter(is_proof).filter_map(RecordSet::signer);
        let signer = signers.filter(|signer| name.is_within(signer)).max_by_key(|signer| signer.count());
        let mut zone = self.zone_of(name, record_type, signer).await?;
        let (mut proven, mut is_empty) = self.proven(name, record_type, no_name, denials, &zone)?;
        if proven == Proven::Nothing {
            // Who signed the proofs is only a hint where the zone is. It may lie deeper, and need not be signed.
            let deepest = self.zone_of(name, record_type, None).await?;
            if deepest.name != zone.name {
                (proven, is_empty) = self.proven(name, record_type, no_name, denials, &deepest)?;
                zone = deepest;
            }
        }
        match proven {
            Proven::Absent => Ok(()),
            Proven::Unsigned => Err(opted_out(&what, &zone.name)),
            Proven::Nothing => {
                if is_empty {
                    self.hashes_seldom(&zone).await?;
                }
                let claim = if no_name { "there is no such name" } else { "there is no such record" };
                let why = if is_empty {
                    "the answer has no NSEC or NSEC3 record"
                } else {
                    "the NSEC or NSEC3 records of the answer do not prove it"
                };
                let reason = format!("{what}: the server says that {claim}, and {why}");
                Err(Trouble::bogus("NSEC_MISSING", reason).in_zone(&zone.name).about(what))
            }
        }
    }

    /// Whether a zone that proves nothing hashes so often that its proofs would not count: some resolvers (BIND 9) do not
    /// hand them out (RFC 9276 section 3.2). The zone itself says how often, in its NSEC3PARAM record.
    ///
    /// # Errors
    ///
    /// Insecure when it hashes too often.
    async fn hashes_seldom(&mut self, zone: &Zone) -> Result<(), Trouble> {
        // Without an answer, what is missing is a proof.
        let Ok(answer) = self.ask(&zone.name, RecordType::NSEC3PARAM).await else { return Ok(()) };
        let found = sets(&answer.answers);
        let of_zone =
            found.iter().find(|set| set.owner == zone.name && set.record_type == RecordType::NSEC3PARAM);
        let Some(set) = of_zone.filter(|set| self.verify(set, zone).is_ok()) else { return Ok(()) };
        let iterations =
            set.data.iter().filter_map(|data| parameters(data)).map(|(_, _, iterations, ..)| iterations);
        match iterations.max() {
            Some(iterations) if iterations > ITERATIONS_MAX => Err(too_many(&zone.name, iterations)),
            _ => Ok(()),
        }
    }

    /// What this zone proves of a name that is not there, and whether it proves nothing at all.
    fn proven(
        &mut self,
        name: &Name,
        record_type: RecordType,
        no_name: bool,
        denials: &[RecordSet],
        zone: &Zone,
    ) -> Result<(Proven, bool), Trouble> {
        let proofs = Proofs::read(denials, zone, self.now, &mut self.budget)
            .map_err(|trouble| trouble.in_zone(&zone.name))?;
        let proven = if no_name { proofs.no_name(name) } else { proofs.no_data(name, record_type) };
        Ok((proven, proofs.is_empty()))
    }

    /// The zone, and its keys, that has to sign for a name.
    async fn zone_of(
        &mut self,
        name: &Name,
        record_type: RecordType,
        signer: Option<&Name>,
    ) -> Result<Zone, Trouble> {
        // DS records are the parent's.
        let parent = (record_type == RecordType::DS).then(|| name.parent()).flatten();
        let deepest = parent.as_ref().unwrap_or(name);
        let Some(anchor) = self.anchors.closest(deepest).cloned() else {
            return Err(Trouble::indeterminate(format!("there is no trust anchor above {name}")));
        };
        let stop =
            signer.filter(|signer| signer.is_within(&anchor) && deepest.is_within(signer)).unwrap_or(deepest);
        let mut zone = self.keys(&anchor, None).await?;
        for count in anchor.count() + 1..=stop.count() {
            let cut = stop.suffix(count);
            match self.delegation(&zone, &cut).await? {
                Delegation::None => {}
                Delegation::NoName => break,
                Delegation::Signed(digests) => zone = self.keys(&cut, Some(&digests)).await?,
            }
        }
        Ok(zone)
    }

    /// Whether a record set is signed by this zone; algorithms that are deprecated are remembered.
    fn verify(&mut self, set: &RecordSet, zone: &Zone) -> Result<Signed, Trouble> {
        let signed = signature::verify(set, zone, self.now, &mut self.budget)?;
        if is_deprecated(signed.algorithm) {
            let finding = format!("{} is signed with {}", zone.name, algorithm_name(signed.algorithm));
            if !self.deprecated.contains(&finding) {
                self.deprecated.push(finding);
            }
        }
        Ok(signed)
    }

    /// What lies at a name, as the zone above it says.
    async fn delegation(&mut self, zone: &Zone, cut: &Name) -> Result<Delegation, Trouble> {
        if let Some((_, known)) = self.cuts.iter().find(|(name, _)| name == cut) {
            return Ok(known.clone());
        }
        let answer = self.ask(cut, RecordType::DS).await?;
        let found = sets(&answer.answers);
        let at_cut = |record_type: RecordType| {
            found.iter().find(|set| set.owner == *cut && set.record_type == record_type)
        };
        let delegation = if let Some(set) = at_cut(RecordType::DS) {
            self.verify(set, zone)?;
            Delegation::Signed(usable(set, cut)?)
        } else if let Some(set) = at_cut(RecordType::CNAME) {
            // No zone begins at an alias.
            self.verify(set, zone)?;
            Delegation::None
        } else {
            self.no_digest(zone, cut, &answer)?
        };
        self.cuts.push((cut.clone(), delegation.clone()));
        Ok(delegation)
    }

    /// No DS record: the zone must say why.
    fn no_digest(&mut self, zone: &Zone, cut: &Name, answer: &Answer) -> Result<Delegation, Trouble> {
        let what = format!("{cut} DS");
        let denials = sets(&answer.authorities);
        let proofs = Proofs::read(&denials, zone, self.now, &mut self.budget)
            .map_err(|trouble| trouble.in_zone(&zone.name))?;
        match proofs.cut(cut) {
            Cut::None => Ok(Delegation::None),
            Cut::NoName => Ok(Delegation::NoName),
            Cut::Insecure => {
                let reason = format!(
                    "{cut} is delegated without a DS record in {}, so nothing below it is signed",
                    zone.name
                );
                self.chain.push(format!("{cut}: insecure delegation"));
                Err(Trouble::insecure("DS_MISSING", reason).in_zone(&zone.name).about(what))
            }
            Cut::Unproven => {
                let why = if proofs.is_empty() { "has no NSEC or NSEC3 record" } else { "does not prove it" };
                let reason = format!(
                    "{what}: {} is signed and has no such record, but its answer {why}, so it is unknown whether {cut} is signed",
                    zone.name
                );
                Err(Trouble::bogus("NSEC_MISSING", reason).in_zone(&zone.name).about(what))
            }
        }
    }

    /// The keys of a zone, trusted by its DS records or, without them, by the anchors.
    async fn keys(&mut self, name: &Name, digests: Option<&[Digest]>) -> Result<Zone, Trouble> {
        if let Some(known) = self.zones.iter().find(|zone| zone.name == *name) {
            return Ok(known.clone());
        }
        if digests.is_none() && !self.anchors.is_usable(name) {
            let reason = format!("the trust anchor of {name} has an algorithm that is not supported");
            return Err(Trouble::insecure("UNSUPPORTED_DNSKEY_ALGORITHM", reason).in_zone(name));
        }
        let answer = self.ask(name, RecordType::DNSKEY).await?;
        let what = format!("{name} DNSKEY");
        let by = if digests.is_some() { "the DS records of its parent" } else { "the trust anchor" };
        let missing =
            |reason: String| Err(Trouble::bogus("DNSKEY_MISSING", reason).in_zone(name).about(what.clone()));
        let found = sets(&answer.answers);
        let Some(set) = found.iter().find(|set| set.owner == *name && set.record_type == RecordType::DNSKEY)
        else {
            return missing(format!("{name} has no DNSKEY record, although {by} requires one"));
        };
        let keys: Vec<Key> = set.data.iter().filter_map(|data| Key::read(data)).take(ZONE_KEYS_MAX).collect();
        let trusted: Vec<&Key> = match digests {
            Some(digests) => {
                keys.iter().filter(|key| digests.iter().any(|digest| speaks_of(digest, name, key))).collect()
            }
            None => self.anchors.trusted(name, &keys),
        };
        let Some(first) = trusted.first() else {
            let has: Vec<String> =
                keys.iter().map(|key| format!("{} ({})", key.tag(), algorithm_name(key.algorithm))).collect();
            let asked = digests.map(|digests| {
                let asked: Vec<String> = digests.iter().map(|digest| digest.key_tag.to_string()).collect();
                format!(" (key {})", asked.join(", "))
            });
            let reason = format!(
                "no key of {name} matches {by}{}; it has {}{}",
                asked.unwrap_or_default(),
                has.join(", "),
                differing(digests.unwrap_or_default(), &keys),
            );
            return missing(reason);
        };
        if trusted.iter().all(|key| !key.is_zone_key()) {
            let reason = format!("the key {} of {name} is not marked as a zone key", first.tag());
            return Err(Trouble::bogus("NO_ZONE_KEY_BIT_SET", reason).in_zone(name).about(what));
        }
        if digests.is_none() && set.signatures.is_empty() {
            // The anchor's zone is signed. Who gave the answer dropped the signatures, or never asks for them.
            let reason = format!(
                "the server that was asked hands out no signatures, not even those of {what}: it does not support DNSSEC, or a device on the path drops signatures"
            );
            return Err(Trouble::bogus("RRSIGS_MISSING", reason).about(what));
        }
        let link = format!("{name}: key {} ({}) by {by}", first.tag(), algorithm_name(first.algorithm));
        let trusted = Zone { name: name.clone(), keys: trusted.into_iter().cloned().collect() };
        self.verify(set, &trusted)?;
        let zone = Zone { name: name.clone(), keys };
        self.chain.push(link);
        self.zones.push(zone.clone());
        Ok(zone)
    }

    /// Asks for a link of the chain.
    async fn ask(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, Trouble> {
        if self.queries >= QUERIES_MAX {
            let reason = format!("the chain of trust needs more than {QUERIES_MAX} queries");
            return Err(Trouble::indeterminate(reason));
        }
        self.queries += 1;
        let what = format!("{name} {record_type}");
        let unknown = |reason: String| {
            let hinted = format!(
                "{reason}; use a server that answers for the whole chain, or set `trust_anchor` for the zone"
            );
            Trouble::indeterminate(hinted).in_zone(name).about(what.clone())
        };
        let answer = self.asker.ask(name, record_type).await.map_err(|fault| unknown(fault.message))?;
        match answer.rcode.number() {
            0 | 3 => Ok(answer),
            _ => Err(unknown(format!("the server answers {what} with {}", answer.rcode.mnemonic()))),
        }
    }
}

/// Which digests differ: those of keys that are there, by tag and algorithm, as the end of a sentence.
fn differing(digests: &[Digest], keys: &[Key]) -> String {
    let is_there = |digest: &&Digest| {
        keys.iter().any(|key| key.tag() == digest.key_tag && key.algorithm == digest.algorithm)
    };
    let name =
        |digest: &Digest| format!("{} digest of the key {}", digest_name(digest.digest_type), digest.key_tag);
    let there: Vec<String> = digests.iter().filter(is_there).map(name).collect();
    if there.is_empty() {
        String::new()
    } else {
        format!("; the {} in the DS record differs", there.join(", the "))
    }
}

/// The DS records that can be used: SHA-1 only where there is nothing better (RFC 4509 section 3).
fn usable(set: &RecordSet, cut: &Name) -> Result<Vec<Digest>, Trouble> {
    let all: Vec<Digest> = set.data.iter().filter_map(|data| Digest::read(data)).collect();
    let known: Vec<Digest> = all.iter().filter(|digest| is_supported(digest.algorithm)).cloned().collect();
    if known.is_empty() {
        let algorithms: Vec<String> = all.iter().map(|digest| algorithm_name(digest.algorithm)).collect();
        let reason = format!("{cut} is signed only with {}, which is not supported", algorithms.join(", "));
        return Err(Trouble::insecure("UNSUPPORTED_DNSKEY_ALGORITHM", reason).in_zone(cut).about(set.text()));
    }
    let supported: Vec<Digest> =
        known.into_iter().filter(|digest| is_supported_digest(digest.digest_type)).collect();
    if supported.is_empty() {
        let reason = format!("the DS records of {cut} have digests of types that are not supported");
        return Err(Trouble::insecure("UNSUPPORTED_DS_DIGEST_TYPE", reason).in_zone(cut).about(set.text()));
    }
    let better: Vec<Digest> = supported.iter().filter(|digest| digest.digest_type != 1).cloned().collect();
    Ok(if better.is_empty() { supported } else { better })
}

/// Whether a DNAME makes this CNAME (RFC 6672 section 2.2).
fn made_by(alias: &RecordSet, origin: &RecordSet) -> bool {
    alias.record_type == RecordType::CNAME
        && origin.record_type == RecordType::DNAME
        && origin
            .target()
            .and_then(|target| alias.owner.moved(&origin.owner, &target))
            .is_some_and(|made| alias.target() == Some(made))
}

fn opted_out(what: &str, zone: &Name) -> Trouble {
    let reason = format!("{what} is in an opt-out range of {zone}, where names do not have to be signed");
    Trouble::insecure("NSEC3_OPT_OUT", reason).in_zone(zone).about(what.to_owned())
}

/// Goes on after an insecure part, and remembers the first.
fn keep_insecure(outcome: Result<(), Trouble>, insecure: &mut Option<Trouble>) -> Result<(), Trouble> {
    match outcome {
        Err(trouble) if trouble.security == crate::verdict::Security::Insecure => {
            insecure.get_or_insert(trouble);
            Ok(())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dnssec::name::tests::name;
    use crate::verdict::Security;
    use faultfinder_net::dns::{Query, QueryOptions, decode};

    /// When the signatures below are valid, in seconds since 1970.
    const NOW: i64 = 1_800_000_000;
    /// A zone that is signed with RSASHA1 (1,024 bits), which nothing here can sign with: its key as an anchor, and its
    /// answers for an address and its keys, made by the `cryptography` package of Python from RFC 4034 section 3.1.8.1.
    const ANCHOR: &str = "a.test. DNSKEY 257 3 5 AwEAAaXDAvdis4891wE+9KjARKAIrsqRnyArYzSCfWna4V4lTzPVDKZqV4CmlOzaLuNU0AR4+RPgmwywf7I2L1OCdNxPcvSX4tAkWT7E9Ex47yAPrSJtxukoR9lWdZoJRgzS/7DEwV6WMNo1/lHIKE0cpWYTpPs2U+GXU+PWvVWFije9";
    const ADDRESS: &str = "\
        000081800001000200000000017801610474657374000001000101780161047465737400000100010000012c0004c000\
        020101780161047465737400002e00010000012c009a000105030000012c6b49d23c6b49d1c430ee0161047465737400\
        41e7c6897485e1ada6ef5c4ed2c4096a3a4e7a816cd54963b8d2a29adacf8d164d1483f5fa0645ca176f7cdbe1596a62\
        61e6656c707f236065d400c8c3bf136464dc23c5ed049dfbdff30700259edf02d5f1ab2a4516ccf74d75a802fedae847\
        65f21da03a403d2de9771f7717b9f25931ed4811f4974b171b30501ae8737601";
    const KEYS: &str = "\
        0000818000010002000000000161047465737400003000010161047465737400003000010000012c0088010103050301\
        0001a5c302f762b38f3dd7013ef4a8c044a008aeca919f202b6334827d69dae15e254f33d50ca66a5780a694ecda2ee3\
        54d00478f913e09b0cb07fb2362f538274dc4f72f497e2d024593ec4f44c78ef200fad226dc6e92847d956759a09460c\
        d2ffb0c4c15e9630da35fe51c8284d1ca56613a4fb3653e19753e3d6bd55858a37bd0161047465737400002e00010000\
        012c009a003005020000012c6b49d23c6b49d1c430ee0161047465737400672e324ce9f4403132c34acb18661c21be06\
        2ff7926ddd44f6e79c793a27295e2a9b33df1a5a8ca8c409c5aad258ec0f016ff468a18c4e4c829e78821ac408cd2907\
        2a979bbb7b7c0df4b2db7bdeae2b0a2819cd8716035668ae79472fe12d1a782b5e9de1cba95203ca9ae5ae0008457cbf\
        f53558191162d0f986e051a57eb7";

    fn answer(hex: &str) -> Answer {
        let digits = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        let bytes: Vec<u8> = digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
        let query = Query::new("x.a.test", RecordType::A, &QueryOptions::default(), "dns.name").unwrap();
        decode(&bytes, &query).unwrap()
    }

    /// A server that answers every question with this.
    struct Always(&'static str);

    impl Ask for Always {
        async fn ask(&mut self, _: &Name, _: RecordType) -> Result<Answer, Fault> {
            Ok(answer(self.0))
        }
    }

    #[tokio::test]
    async fn a_zone_with_a_deprecated_algorithm_is_secure_and_named() {
        let anchors = Anchors::new(&[ANCHOR.to_owned()]).unwrap();
        let (owner, address) = (name("x.a.test"), answer(ADDRESS));
        let subject = Subject { name: &owner, record_type: RecordType::A, answer: &address };
        let found = validate(subject, &anchors, NOW, &mut Always(KEYS)).await;
        assert_eq!((found.status, found.reason.as_deref()), (Security::Secure, None));
        assert_eq!(found.deprecated, ["a.test is signed with RSASHA1"]);
        let late = validate(subject, &anchors, NOW + 61, &mut Always(KEYS)).await;
        assert_eq!((late.status, late.name), (Security::Bogus, Some("SIGNATURE_EXPIRED")));
        assert!(late.deprecated.is_empty());
    }
}
