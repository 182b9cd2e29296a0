//! Response codes, and answers without data.

use super::case::{NAME, PLAIN, Test, dns, udp};
use super::wire::{A, ANSWER, CNAME, NS, OPT, TXT, a, name, owned, record, soa, text};
use crate::{Expect, Scenario};

/// The flags of a response of a server that does not have the zone, and does not ask others.
const REFERRAL: u16 = 0x8100;

pub(super) fn scenarios() -> Vec<Scenario> {
    [codes(), without_data()].into_iter().flatten().collect()
}

fn codes() -> Vec<Scenario> {
    vec![
        udp(
            "nxdomain",
            "the name does not exist, as the zone's SOA says",
            dns("NXDOMAIN", "ENOTFOUND"),
            PLAIN,
            |asked| vec![asked.reply(ANSWER | 3, [&[], &[soa()], &[]])],
        ),
        udp("nxdomain-no-soa", "the name does not exist", dns("NXDOMAIN", "ENOTFOUND"), PLAIN, |asked| {
            vec![asked.rcode(3)]
        }),
        udp(
            "nxdomain-with-answer",
            "RCODE 3 together with an A record",
            dns("NXDOMAIN", "ENOTFOUND"),
            PLAIN,
            |asked| vec![asked.reply(ANSWER | 3, [&[a()], &[], &[]])],
        ),
        udp("formerr", "the server did not understand", dns("FORMERR", "EFORMERR"), PLAIN, |asked| {
            vec![asked.rcode(1)]
        }),
        udp(
            "formerr-header-only",
            "the server did not understand, nor repeat, the question",
            dns("FORMERR", "EFORMERR"),
            PLAIN,
            |asked| vec![super::wire::message(asked.id(), ANSWER | 1, &[], [&[], &[], &[]])],
        ),
        udp("servfail", "the server could not find out", dns("SERVFAIL", "ESERVFAIL"), PLAIN, |asked| {
            vec![asked.rcode(2)]
        }),
        udp("notimp", "the server does not do that", dns("NOTIMP", "ENOTIMP"), PLAIN, |asked| {
            vec![asked.rcode(4)]
        }),
        udp("refused", "the server refuses", dns("REFUSED", "EREFUSED"), PLAIN, |asked| vec![asked.rcode(5)]),
        udp(
            "rcode-15",
            "a response code that is not assigned",
            dns("RCODE15", "ESERVFAIL"),
            PLAIN,
            |asked| vec![asked.rcode(15)],
        ),
        udp("edns-badvers", "extended response code 16", dns("BADVERS", "ENODATA"), PLAIN, |asked| {
            vec![asked.reply(ANSWER, [&[], &[], &[owned(&[0], OPT, 0x0100_0000, &[])]])]
        }),
        udp(
            "nxdomain-asserted",
            "a name that must not exist",
            Expect::pass(),
            Test { assert: &["rcode is NXDOMAIN"], ..PLAIN },
            |asked| vec![asked.reply(ANSWER | 3, [&[], &[soa()], &[]])],
        ),
    ]
}

fn without_data() -> Vec<Scenario> {
    let nodata = |case, shows, answer| udp(case, shows, dns("NODATA", "ENODATA"), PLAIN, answer);
    vec![
        nodata("nodata", "the name exists without such a record, as the zone's SOA says", |asked| {
            vec![asked.reply(ANSWER, [&[], &[soa()], &[]])]
        }),
        nodata("nodata-no-soa", "no error, and nothing in any section", |asked| vec![asked.answer(&[])]),
        udp(
            "referral",
            "a server that does not have the zone, and refers to another one",
            dns("NODATA", "ENODATA")
                .saying("it only refers to other name servers, such as ns.other.test")
                .omitting("exists"),
            PLAIN,
            |asked| {
                vec![
                    asked.reply(
                        REFERRAL,
                        [&[], &[owned(&name("test"), NS, 300, &name("ns.other.test"))], &[]],
                    ),
                ]
            },
        ),
        nodata("answer-other-type", "a TXT record for an A question", |asked| {
            vec![asked.answer(&[record(TXT, 300, &text("not an address"))])]
        }),
        nodata("answer-other-owner", "an A record of another name", |asked| {
            vec![asked.answer(&[owned(&name("other.test"), A, 300, &super::wire::ADDRESS)])]
        }),
        nodata("cname-loop", "CNAMEs that come back to the start", |asked| {
            vec![asked.answer(&[
                record(CNAME, 300, &name("other.zone.test")),
                owned(&name("other.zone.test"), CNAME, 300, &name(NAME)),
            ])]
        }),
        nodata("cname-dangling", "a CNAME to a name without a record", |asked| {
            vec![asked.answer(&[record(CNAME, 300, &name("nowhere.zone.test"))])]
        }),
    ]
}
