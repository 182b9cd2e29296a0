//! Zones that are signed, to be validated from a trust anchor.

use super::case::{PLAIN, dns};
use super::server;
use super::wire::{A, ADDRESS, Asked, CNAME, NS, OPT, name, owned};
use super::zone::{Denial, Flaw, Key, World, Zone, txt};
use crate::protocol::block;
use crate::protocol::expectations::{incorrect, invalid};
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::Protocol;
use serde_json::{Value, json};
use std::time::UNIX_EPOCH;

/// The signed zone `zone.test` below `test`, whose key is the anchor; `plain.test` is not signed.
#[derive(Debug, Clone, Copy)]
struct Setting {
    algorithm: u8,
    denial: Denial,
    flaw: Flaw,
    /// The same for the zone above.
    parent: (Denial, Flaw),
    /// Whether the server hands out no signatures and no proofs.
    strips: bool,
}

const GOOD: Setting = Setting {
    algorithm: 13,
    denial: Denial::Nsec,
    flaw: Flaw::None,
    parent: (Denial::Nsec, Flaw::None),
    strips: false,
};
const NSEC3: Denial = Denial::Nsec3 { iterations: 0, opt_out: false };
const OPT_OUT: Denial = Denial::Nsec3 { iterations: 0, opt_out: true };
/// More than RFC 9276 lets anybody expect to be validated.
const HASHED_OFTEN: Denial = Denial::Nsec3 { iterations: 500, opt_out: false };

const SECURE: &[&str] = &["dnssec is secure"];

/// What is asked for (a name, and a type if it is not A), and asserted.
type Question = (&'static str, &'static [&'static str]);

const HOST: Question = ("host.zone.test", SECURE);
const ABSENT: Question = ("nowhere.zone.test", &["rcode is NXDOMAIN", "dnssec is secure"]);

impl Setting {
    fn world(self, lab: &Lab) -> Result<(World, String), LabError> {
        let since = lab.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u32::try_from(since.as_secs()).unwrap_or(u32::MAX / 2);
        let mut zone = Zone::new("zone.test", Some(Key::new(self.algorithm)?), self.denial, self.flaw, now);
        let (record_type, data) = txt("hello");
        zone.add("text.zone.test", record_type, data);
        zone.add("host.zone.test", A, ADDRESS.to_vec());
        zone.add("host.zone.test", A, [192, 0, 2, 2].to_vec());
        zone.add("*.wild.zone.test", A, ADDRESS.to_vec());
        zone.add("alias.zone.test", CNAME, name("host.zone.test"));
        zone.add("deep.between.zone.test", A, ADDRESS.to_vec());
        zone.add("*.star.zone.test", CNAME, name("nowhere.below.zone.test"));
        zone.add("*.open-star.zone.test", CNAME, name("text.open.zone.test"));
        let mut below = Zone::new("below.zone.test", Some(Key::new(13)?), self.denial, Flaw::None, now);
        below.add("host.below.zone.test", A, ADDRESS.to_vec());
        zone.add("below.zone.test", NS, name("ns1.below.zone.test"));
        zone.vouch(&below);
        let mut open = Zone::new("open.zone.test", None, Denial::Nsec, Flaw::None, now);
        zone.add("open.zone.test", NS, name("ns1.open.zone.test"));
        let (record_type, data) = txt("hello");
        open.add("text.open.zone.test", record_type, data);
        let (denial, flaw) = self.parent;
        let mut parent = Zone::new("test", Some(Key::new(13)?), denial, flaw, now);
        parent.add("zone.test", NS, name("ns1.zone.test"));
        parent.vouch(&zone);
        let mut plain = Zone::new("plain.test", None, Denial::Nsec, Flaw::None, now);
        parent.add("plain.test", NS, name("ns1.plain.test"));
        plain.add("host.plain.test", A, ADDRESS.to_vec());
        let anchor = parent.anchor();
        let zones = vec![parent, zone, plain, below, open];
        Ok((World { zones, strips: self.strips }, anchor))
    }

    fn serve(self, lab: &Lab, (question, assert): Question) -> Result<Peer, LabError> {
        let (asked, record_type) = question.split_once(' ').unwrap_or((question, "A"));
        let (world, anchor) = self.world(lab)?;
        let server = server::udp(lab, move |asked| vec![world.answer(asked)])?;
        let dns = json!({
            "name": asked, "type": record_type, "server": server.ip(), "port": server.port(),
            "dnssec": "validate", "trust_anchor": [anchor],
        });
        Ok(Peer::new(server.to_string(), block::test(Protocol::Dns, dns, assert)))
    }
}

fn scenario(
    case: &str,
    shows: &'static str,
    expect: Expect,
    setting: Setting,
    question: Question,
) -> Scenario {
    let id = format!("dns/dnssec-{case}");
    Scenario::new(Protocol::Dns, id, shows, expect, move |lab| setting.serve(lab, question))
}

pub(super) fn scenarios() -> Vec<Scenario> {
    [good(), insecure(), signatures(), keys(), denials(), others(), extended_errors()]
        .into_iter()
        .flatten()
        .collect()
}

fn good() -> Vec<Scenario> {
    let pass = |case, shows, setting, question| scenario(case, shows, Expect::pass(), setting, question);
    let hashed = Setting { denial: NSEC3, ..GOOD };
    vec![
        pass("ok-ecdsa", "a zone signed with ECDSA on P-256 (algorithm 13)", GOOD, HOST),
        pass(
            "ok-rsa",
            "a zone signed with RSA and SHA-256 (algorithm 8)",
            Setting { algorithm: 8, ..GOOD },
            HOST,
        ),
        pass(
            "ok-ed25519",
            "a zone signed with Ed25519 (algorithm 15)",
            Setting { algorithm: 15, ..GOOD },
            HOST,
        ),
        pass("ok-wildcard", "an answer made of a wildcard, and NSEC", GOOD, ("a.wild.zone.test", SECURE)),
        pass(
            "ok-wildcard-nsec3",
            "an answer made of a wildcard, and NSEC3",
            hashed,
            ("a.wild.zone.test", SECURE),
        ),
        pass("ok-alias", "a CNAME and what it leads to", GOOD, ("alias.zone.test", SECURE)),
        pass("ok-nxdomain", "a name that NSEC proves not to exist", GOOD, ABSENT),
        pass("ok-nxdomain-nsec3", "a name that NSEC3 proves not to exist", hashed, ABSENT),
        pass(
            "ok-nodata",
            "a type that NSEC proves not to exist",
            GOOD,
            ("text.zone.test", &["rcode is NOERROR", "dnssec is secure"]),
        ),
        pass(
            "ok-nodata-nsec3",
            "a type that NSEC3 proves not to exist",
            hashed,
            ("text.zone.test", &["rcode is NOERROR", "dnssec is secure"]),
        ),
        pass(
            "ok-between",
            "a name that has nothing but names below it",
            GOOD,
            ("between.zone.test", &["rcode is NOERROR", "dnssec is secure"]),
        ),
        pass(
            "ok-wildcard-alias",
            "a wildcard CNAME to a name that does not exist in a signed zone below",
            GOOD,
            ("a.star.zone.test", &["rcode is NXDOMAIN", "dnssec is secure"]),
        ),
        pass(
            "ok-wildcard-alias-nsec3",
            "the same with NSEC3",
            hashed,
            ("a.star.zone.test", &["rcode is NXDOMAIN", "dnssec is secure"]),
        ),
        pass(
            "ok-below",
            "a name below one that has nothing itself",
            GOOD,
            ("deep.between.zone.test", SECURE),
        ),
    ]
}

fn insecure() -> Vec<Scenario> {
    let plain: Question = ("host.plain.test", &["dnssec is insecure"]);
    let pass = |case, shows, setting, question| scenario(case, shows, Expect::pass(), setting, question);
    let with_parent = |denial| Setting { parent: (denial, Flaw::None), ..GOOD };
    let assertion = incorrect("dnssec");
    vec![
        pass("insecure", "a delegation that NSEC proves to be without DS", GOOD, plain),
        pass("insecure-nsec3", "a delegation that NSEC3 proves to be without DS", with_parent(NSEC3), plain),
        pass("insecure-opt-out", "a delegation in a span that is opted out", with_parent(OPT_OUT), plain),
        pass(
            "insecure-iterations",
            "NSEC3 that hashes too often to count",
            Setting { denial: HASHED_OFTEN, ..GOOD },
            ("nowhere.zone.test", &["rcode is NXDOMAIN", "dnssec is insecure"]),
        ),
        pass(
            "insecure-iterations-unproven",
            "a wildcard of a zone whose proofs hash too often, from a server that leaves them out",
            Setting { denial: HASHED_OFTEN, flaw: Flaw::NoDenial, ..GOOD },
            ("a.wild.zone.test", &["dnssec is insecure"]),
        ),
        pass(
            "insecure-wildcard-alias",
            "a wildcard CNAME to a name without the type in a zone below that is not signed",
            GOOD,
            ("a.open-star.zone.test", &["rcode is NOERROR", "dnssec is insecure"]),
        ),
        pass(
            "insecure-signatures",
            "signatures themselves, which are not signed",
            GOOD,
            ("host.zone.test RRSIG", &["dnssec is insecure"]),
        ),
        scenario(
            "assert-secure",
            "an answer that must be secure, and is not signed",
            assertion,
            GOOD,
            ("host.plain.test", SECURE),
        ),
    ]
}

fn bogus(case: &str, shows: &'static str, detail: &str, setting: Setting, question: Question) -> Scenario {
    scenario(case, shows, dns(detail, "ESERVFAIL"), setting, question)
}

fn flawed(flaw: Flaw) -> Setting {
    Setting { flaw, ..GOOD }
}

fn signatures() -> Vec<Scenario> {
    let bogus = |case, shows, detail, flaw| bogus(case, shows, detail, flawed(flaw), HOST);
    vec![
        bogus("expired", "a signature that expired three days ago", "SIGNATURE_EXPIRED", Flaw::Expired),
        bogus(
            "not-yet-valid",
            "a signature that begins tomorrow",
            "SIGNATURE_NOT_YET_VALID",
            Flaw::NotYetValid,
        ),
        bogus(
            "ends-before-it-begins",
            "a signature that ends before it begins",
            "SIGNATURE_EXPIRED_BEFORE_VALID",
            Flaw::EndsBeforeItBegins,
        ),
        bogus("wrong-signature", "a signature that was changed", "DNSSEC_BOGUS", Flaw::Changed),
        bogus(
            "unknown-key",
            "a signature by a key that the zone does not have",
            "DNSSEC_BOGUS",
            Flaw::Stranger,
        ),
        bogus("no-signature", "an address without a signature", "RRSIGS_MISSING", Flaw::Unsigned),
        scenario(
            "bogus-asserted",
            "a signature that was changed, as the test expects",
            Expect::pass(),
            flawed(Flaw::Changed),
            ("host.zone.test", &["dnssec is bogus"]),
        ),
    ]
}

fn keys() -> Vec<Scenario> {
    let bogus = |case, shows, detail, flaw| bogus(case, shows, detail, flawed(flaw), HOST);
    vec![
        bogus("no-keys", "a signed zone without DNSKEY records", "DNSKEY_MISSING", Flaw::NoKeys),
        scenario(
            "ds-digest",
            "a DS record with another digest of the zone's key",
            dns("DNSKEY_MISSING", "ESERVFAIL").saying("the SHA-256 digest of the key"),
            flawed(Flaw::OtherDigest),
            HOST,
        ),
        bogus("ds-mismatch", "a DS record that speaks of another key", "DNSKEY_MISSING", Flaw::OtherKey),
        bogus(
            "no-zone-key",
            "a key that is not marked as a zone key",
            "NO_ZONE_KEY_BIT_SET",
            Flaw::NoZoneKey,
        ),
        scenario(
            "stripped",
            "a server that hands out no signatures",
            dns("RRSIGS_MISSING", "ESERVFAIL").saying("hands out no signatures"),
            Setting { strips: true, ..GOOD },
            HOST,
        ),
        scenario(
            "keys-refused",
            "a server that does not answer questions for the keys",
            Expect { says: Some("DNSSEC cannot be validated".to_owned()), ..Expect::pass() },
            flawed(Flaw::KeysRefused),
            ("host.zone.test", &["dnssec is indeterminate"]),
        ),
    ]
}

fn denials() -> Vec<Scenario> {
    let absent: Question = ("nowhere.zone.test", &["rcode is NXDOMAIN"]);
    let hashed = |flaw| Setting { denial: NSEC3, flaw, ..GOOD };
    let parent = |denial, flaw| Setting { parent: (denial, flaw), ..GOOD };
    let plain: Question = ("host.plain.test", &[]);
    vec![
        bogus("no-nsec", "NXDOMAIN without a proof", "NSEC_MISSING", flawed(Flaw::NoDenial), absent),
        bogus(
            "wrong-nsec",
            "NXDOMAIN with the NSEC of another place",
            "NSEC_MISSING",
            flawed(Flaw::WrongDenial),
            absent,
        ),
        bogus(
            "wrong-nsec3",
            "NXDOMAIN with the NSEC3 of another place",
            "NSEC_MISSING",
            hashed(Flaw::WrongDenial),
            absent,
        ),
        bogus(
            "nsec-expired",
            "NXDOMAIN with an NSEC whose signature expired",
            "SIGNATURE_EXPIRED",
            flawed(Flaw::DenialExpired),
            absent,
        ),
        bogus(
            "wildcard-unproven",
            "an answer made of a wildcard, without a proof that it may be",
            "NSEC_MISSING",
            flawed(Flaw::NoDenial),
            ("a.wild.zone.test", &[]),
        ),
        bogus(
            "delegation-unproven",
            "a delegation that nothing proves to be without DS",
            "NSEC_MISSING",
            parent(Denial::Nsec, Flaw::NoDenial),
            plain,
        ),
        bogus(
            "delegation-unproven-nsec3",
            "a delegation with the NSEC3 of another place",
            "NSEC_MISSING",
            parent(NSEC3, Flaw::WrongDenial),
            plain,
        ),
    ]
}

fn others() -> Vec<Scenario> {
    let expect = invalid("EBADANCHOR", "dns.trust_anchor[0]");
    let refused = |case: &str, shows, anchor: &'static str| {
        Scenario::new(Protocol::Dns, format!("dns/{case}"), shows, expect.clone(), move |lab| {
            let mut peer = GOOD.serve(lab, HOST)?;
            if let Some(field) = peer.test.pointer_mut("/dns/trust_anchor") {
                *field = Value::from(vec![anchor]);
            }
            Ok(peer)
        })
    };
    vec![
        Scenario::new(
            Protocol::Dns,
            "dns/dnssec-servfail-asserted",
            "SERVFAIL in a zone that is signed and otherwise well: nothing of it is bogus",
            Expect::pass().saying("SERVFAIL, which cannot be signed"),
            |lab| {
                const TEXT: u16 = 16;
                let (world, anchor) = GOOD.world(lab)?;
                let server = server::udp(lab, move |asked| {
                    let is_text = asked.record_type() == TEXT;
                    vec![if is_text { asked.rcode(2) } else { world.answer(asked) }]
                })?;
                let dns = json!({
                    "name": "host.zone.test", "type": "TXT", "server": server.ip(), "port": server.port(),
                    "dnssec": "validate", "trust_anchor": [anchor],
                });
                let assert = ["rcode is SERVFAIL", "dnssec is indeterminate"];
                Ok(Peer::new(server.to_string(), block::test(Protocol::Dns, dns, &assert)))
            },
        ),
        scenario(
            "refused-asserted",
            "REFUSED, to a test that asserts something of the validation",
            incorrect("dnssec"),
            GOOD,
            ("host.example", &["rcode is REFUSED", "dnssec is secure"]),
        ),
        refused("dnssec-anchor-broken", "a trust anchor that is not a DS record", "test. DS 1 13 2 nonsense"),
        refused("dnssec-anchor-missing", "a trust anchor in a file that does not exist", "no/such/file.ds"),
    ]
}

/// Answers with an extended error (RFC 8914).
fn extended_errors() -> Vec<Scenario> {
    let told =
        |case: &str, shows, rcode: u16, detail: (&str, &str), code: u16, words: &'static str, says: &str| {
            let expect = Expect { says: Some(says.to_owned()), ..dns(detail.0, detail.1) };
            super::case::udp_with(case, shows, expect, PLAIN, move |asked| {
                vec![with_error(asked, rcode, code, words)]
            })
        };
    vec![
        told(
            "ede-bogus",
            "SERVFAIL, because the signature has expired",
            2,
            ("SERVFAIL", "ESERVFAIL"),
            7,
            "signature of zone.test expired",
            "Signature Expired: signature of zone.test expired",
        ),
        told(
            "ede-blocked",
            "NXDOMAIN, because the name is blocked",
            3,
            ("NXDOMAIN", "ENOTFOUND"),
            15,
            "",
            "Blocked",
        ),
        told(
            "ede-prohibited",
            "REFUSED, because of who asks",
            5,
            ("REFUSED", "EREFUSED"),
            18,
            "not for you",
            "Prohibited: not for you",
        ),
    ]
}

fn with_error(asked: &Asked<'_>, rcode: u16, code: u16, words: &str) -> Vec<u8> {
    let error = [&code.to_be_bytes()[..], words.as_bytes()].concat();
    let length = u16::try_from(error.len()).unwrap_or(u16::MAX);
    let option = [&15_u16.to_be_bytes()[..], &length.to_be_bytes(), &error].concat();
    // The class of the pseudo-record is a size: 1, as for every record here, is as good as any.
    let opt = owned(&[0], OPT, 0, &option);
    asked.reply(super::wire::ANSWER | rcode, [&[], &[], &[opt]])
}
