//! Data that authorities publish, fetched from small servers on loopback: OCSP responders, CRLs, issuers' certificates.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a failure there is a failure of the test"
)]

#[expect(unreachable_pub, dead_code, reason = "shared with the tests of other crates")]
#[path = "../../faultfinder-x509/tests/support/ocsp.rs"]
mod support;
#[path = "support/mod.rs"]
mod servers;

use faultfinder_net::tls::{CertificateDetails, TlsOptions};
use faultfinder_net::{ClientOptions, Deadline, Host, Pem, Trace, Vantage, connect, tls};
use faultfinder_taxonomy::word::{Aia, CrlCheck, Ocsp, Roots};
use faultfinder_taxonomy::{Code, Detail, Fact, Fault, Phase, Report, TimeoutScope};
use servers::{Behaviour, Web, pem, serve_tls};
use std::time::Duration;
use support::{Answer, Identity};

/// A root, an issuer, the data they publish, and the time that everything is valid for.
struct World {
    now: i64,
    root: Identity,
    issuer: Identity,
    web: Web,
    vantage: Vantage,
}

/// How the server under test behaves.
#[derive(Default)]
struct Server {
    staple: Vec<u8>,
    /// Without the issuer's certificate.
    alone: bool,
}

impl World {
    async fn new() -> Self {
        let vantage = Vantage::system();
        let root = Identity::authority("root");
        let web = Web::start().await;
        let mut params = support::authority("issuer");
        params.serial_number = Some(rcgen::SerialNumber::from(7_u64));
        params.crl_distribution_points = servers::points(&[web.url("/root.crl")]);
        let issuer = root.issue(params);
        Self { now: vantage.clock().unix_seconds(), root, issuer, web, vantage }
    }

    /// A leaf with the URLs of everything that is published.
    fn leaf(&self, change: impl FnOnce(&mut rcgen::CertificateParams)) -> Identity {
        let mut params = support::server(&["localhost"], 99);
        params
            .custom_extensions
            .push(support::access(&[self.web.url("/ocsp")], &[self.web.url("/issuer.der")]));
        params.crl_distribution_points = servers::points(&[self.web.url("/issuer.crl")]);
        change(&mut params);
        self.issuer.issue(params)
    }

    fn answer(&self, status: Vec<u8>) -> Answer {
        Answer::new(support::cert_id(&self.issuer, &[99], support::IdDigest::Sha1), status, self.now)
    }

    fn options(&self) -> TlsOptions {
        TlsOptions { roots: Roots::None, ca: vec![Pem::Inline(pem(&self.root.der))], ..TlsOptions::default() }
    }

    async fn probe(&self, leaf: &Identity, server: Server, options: &TlsOptions) -> Report<()> {
        self.probe_within(leaf, server, options, Duration::from_secs(20)).await
    }

    async fn probe_within(
        &self,
        leaf: &Identity,
        server: Server,
        options: &TlsOptions,
        budget: Duration,
    ) -> Report<()> {
        let mut chain = vec![leaf.der.clone()];
        if !server.alone {
            chain.push(self.issuer.der.clone());
        }
        let port = serve_tls(chain, &leaf.key, server.staple).await;
        let client = self.vantage.tls_client(options, "tls").unwrap();
        let way = ClientOptions {
            resolve: vec![("localhost".to_owned(), "127.0.0.1".parse().unwrap())],
            ..ClientOptions::default()
        };
        let mut trace = Trace::start();
        let deadline = Deadline::after(budget, TimeoutScope::Request);
        let host = Host::parse("localhost", "host").unwrap();
        let work = async {
            let stream = connect(&self.vantage, &host, port, &way, &mut trace).await?;
            tls::handshake(&self.vantage, stream, &host, &client, &way, &mut trace).await.map(|_| ())
        };
        let outcome = deadline.limit(work).await;
        let outcome = outcome.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
        trace.into_report(outcome)
    }
}

/// Code, detail and message of a report that must be a fault; otherwise `OK` and the warnings.
fn told(report: &Report<()>) -> (String, String) {
    match &report.outcome {
        Ok(()) => ("OK".to_owned(), report.facts.warnings.join("; ")),
        Err(fault) => {
            assert_eq!(fault.phase, Phase::Tls, "{fault:?}");
            (format!("{} {}", fault.code.as_str(), fault.detail.name()), fault.message.clone())
        }
    }
}

#[track_caller]
fn expect(report: &Report<()>, name: &str, part: &str) {
    let (found, text) = told(report);
    assert!(found == name && text.contains(part), "expected {name}: {part}\nfound {found}: {text}");
}

fn fault(report: &Report<()>) -> &Fault {
    report.outcome.as_ref().unwrap_err()
}

#[tokio::test]
async fn stapled_answers_are_judged_as_the_test_asks() {
    let world = World::new().await;
    let leaf = world.leaf(|_| {});
    let must = world.leaf(|params| params.custom_extensions.push(support::must_staple()));
    let good = world.answer(support::good()).sign(&world.issuer);
    let revoked = world.answer(support::revoked(1_767_225_600, Some(1))).sign(&world.issuer);
    let unknown = world.answer(support::unknown()).sign(&world.issuer);
    let mut old = world.answer(support::good());
    old.singles[0].next_update = Some(support::time(world.now - 1000));
    old.singles[0].this_update = support::time(world.now - 90_000);
    let old = old.sign(&world.issuer);
    let wrong = world.answer(support::good()).sign_as(&world.issuer, &world.root.key);
    let (none, later) = (Vec::new(), support::error(3));
    let plain = [(Ocsp::Off, false), (Ocsp::Staple, false), (Ocsp::Staple, true), (Ocsp::Require, false)];
    let needed = "OCSP OCSP_VERIFY_NEEDED";
    let failed = "OCSP OCSP_VERIFY_FAILED";
    let no = "CERT_REVOKED";
    let rows: [(&[u8], [&str; 4], &str); 7] = [
        (&good, ["OK", "OK", "OK", "OK"], ""),
        (&none, ["OK", "OK", needed, needed], "the server staples none"),
        (
            &revoked,
            ["OK", no, no, no],
            "says that it is revoked on 2026-01-01T00:00:00Z, reason keyCompromise",
        ),
        (
            &unknown,
            ["OK", "OK", "OCSP OCSP_CERT_UNKNOWN", "OCSP OCSP_CERT_UNKNOWN"],
            "does not know the certificate",
        ),
        (&old, ["OK", "OK", failed, failed], "unusable: the OCSP response expired on"),
        (&wrong, ["OK", "OK", failed, failed], "unusable: the signature of the OCSP response is not valid"),
        (&later, ["OK", "OK", failed, failed], "unusable: the OCSP responder returned tryLater"),
    ];
    for (staple, expected, text) in rows {
        for ((ocsp, demanded), expected) in plain.into_iter().zip(expected) {
            let options = TlsOptions { ocsp, ..world.options() };
            let leaf = if demanded { &must } else { &leaf };
            let report = world.probe(leaf, Server { staple: staple.to_vec(), alone: false }, &options).await;
            let expected = if expected == no { "SSL CERT_REVOKED" } else { expected };
            // An unusable staple is a warning if it is not required, and is not read when OCSP is off.
            let silent = ocsp == Ocsp::Off || (expected == "OK" && (staple.is_empty() || staple == good));
            expect(&report, expected, if silent { "" } else { text });
            assert!(!silent || report.facts.warnings.is_empty(), "{ocsp:?}: {:?}", report.facts.warnings);
            assert_eq!(report.facts.tls.unwrap().ocsp.is_some(), ocsp != Ocsp::Off && !staple.is_empty());
        }
    }
}

#[tokio::test]
async fn a_revoked_certificate_is_evident_and_other_faults_of_the_chain_come_first() {
    let world = World::new().await;
    let leaf = world.leaf(|_| {});
    let staple = world.answer(support::revoked(world.now - 50, None)).sign(&world.issuer);
    let server = || Server { staple: staple.clone(), alone: false };
    let report = world.probe(&leaf, server(), &world.options()).await;
    let Detail::Verify { depth: 0, number: 23, .. } = fault(&report).detail else {
        panic!("{:?}", report.outcome)
    };
    let Some(Fact::Map(ocsp)) = fault(&report).evidence.fact("ocsp") else { panic!("no evidence") };
    assert_eq!(ocsp.get("status").and_then(Fact::as_str), Some("revoked"));
    let facts = report.facts.tls.unwrap();
    assert_eq!((facts.verified, facts.events.len()), (Some(false), 1));
    assert_eq!(facts.ocsp.unwrap().revoked_at, Some(world.now - 50));
    // The name does not match either: revocation is more serious.
    let options = TlsOptions { server_name: Some("other.test".to_owned()), ..world.options() };
    expect(&world.probe(&leaf, server(), &options).await, "SSL CERT_REVOKED", "");
    let options = TlsOptions { ca: Vec::new(), ..world.options() };
    expect(&world.probe(&leaf, server(), &options).await, "SSL UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "");
    let options = TlsOptions { insecure: true, ..world.options() };
    expect(&world.probe(&leaf, server(), &options).await, "OK", "the test accepts it: the certificate");
    // A missing OCSP status has the lowest priority.
    let options =
        TlsOptions { server_name: Some("other.test".to_owned()), ocsp: Ocsp::Require, ..world.options() };
    expect(&world.probe(&leaf, Server::default(), &options).await, "SSL HOSTNAME_MISMATCH", "");
}

#[tokio::test]
async fn responders_are_asked_when_there_is_no_good_staple() {
    let asked = |world: &World| TlsOptions { ocsp: Ocsp::Query, ..world.options() };
    let rows: [(Behaviour, &str, &str); 8] = [
        (Behaviour::Ocsp(support::good()), "OK", ""),
        (Behaviour::Ocsp(support::revoked(1_767_225_600, Some(4))), "SSL CERT_REVOKED", "reason superseded"),
        (Behaviour::Ocsp(support::unknown()), "OCSP OCSP_CERT_UNKNOWN", "\"CN=issuer\" does not know"),
        (
            Behaviour::Body(support::error(3)),
            "OCSP OCSP_VERIFY_FAILED",
            "/ocsp: the OCSP responder returned tryLater",
        ),
        (Behaviour::Body(b"<html>".to_vec()), "OCSP OCSP_VERIFY_FAILED", "the OCSP response cannot be read"),
        (Behaviour::Status(503), "OCSP OCSP_VERIFY_FAILED", "the response has status 503"),
        (Behaviour::Close, "OCSP OCSP_VERIFY_FAILED", "closed without a response"),
        (Behaviour::Body(vec![0; 70_000]), "OCSP OCSP_VERIFY_FAILED", "larger than 65536 bytes"),
    ];
    for (behaviour, name, text) in rows {
        let world = World::new().await;
        let leaf = world.leaf(|_| {});
        world.web.set("/ocsp", behaviour.signed_by(&world.issuer, world.now));
        let report = world.probe(&leaf, Server::default(), &asked(&world)).await;
        expect(&report, name, text);
        assert!(report.facts.timings.duration(Phase::Ocsp).is_some());
        assert_eq!(world.web.asked("/ocsp"), 1);
    }
    let world = World::new().await;
    let unnamed = world.leaf(|params| params.custom_extensions.clear());
    let report = world.probe(&unnamed, Server::default(), &asked(&world)).await;
    expect(&report, "OCSP OCSP_VERIFY_NEEDED", "the certificate names no OCSP responder");
}

#[tokio::test]
async fn a_good_staple_or_a_kept_answer_spares_the_question() {
    let world = World::new().await;
    let leaf = world.leaf(|_| {});
    let options = TlsOptions { ocsp: Ocsp::Query, ..world.options() };
    let staple = world.answer(support::good()).sign(&world.issuer);
    expect(&world.probe(&leaf, Server { staple, alone: false }, &options).await, "OK", "");
    assert_eq!(world.web.asked("/ocsp"), 0);
    world.web.set("/ocsp", Behaviour::Ocsp(support::good()).signed_by(&world.issuer, world.now));
    for _ in 0..2 {
        // An unusable staple is reported, and the responder is still asked.
        let server = Server { staple: support::error(6), alone: false };
        expect(&world.probe(&leaf, server, &options).await, "OK", "returned unauthorized");
    }
    assert_eq!(world.web.asked("/ocsp"), 1);
}

#[tokio::test]
async fn probes_at_the_same_time_ask_once() {
    let world = World::new().await;
    let leaf = world.leaf(|_| {});
    world.web.set("/ocsp", Behaviour::Ocsp(support::good()).signed_by(&world.issuer, world.now));
    world.web.set("/issuer.crl", Behaviour::Body(servers::crl(&world.issuer, &[], world.now)));
    world.web.set("/issuer.der", Behaviour::Body(world.issuer.der.clone()));
    let options = TlsOptions { ocsp: Ocsp::Query, crl_fetch: true, aia: Aia::Fetch, ..world.options() };
    let alone = || Server { alone: true, ..Server::default() };
    let probe = || world.probe(&leaf, alone(), &options);
    let (one, two, three) = tokio::join!(probe(), probe(), probe());
    for report in [one, two, three] {
        expect(&report, "OK", "needed AIA fetching");
    }
    for place in ["/ocsp", "/issuer.crl", "/issuer.der"] {
        assert_eq!(world.web.asked(place), 1, "{place}");
    }
}

#[tokio::test]
async fn a_silent_responder_is_the_fault_when_time_runs_out() {
    let world = World::new().await;
    let leaf = world.leaf(|_| {});
    world.web.set("/ocsp", Behaviour::Silence);
    let options = TlsOptions { ocsp: Ocsp::Query, ..world.options() };
    let report = world.probe_within(&leaf, Server::default(), &options, Duration::from_millis(400)).await;
    expect(&report, "OCSP OCSP_VERIFY_FAILED", "/ocsp answered");
    assert_eq!(fault(&report).code, Code::Ocsp);
}

#[tokio::test]
async fn a_probe_whose_turn_to_ask_never_came_finds_the_same() {
    let world = World::new().await;
    let leaf = world.leaf(|_| {});
    world.web.set("/ocsp", Behaviour::Silence);
    let options = TlsOptions { ocsp: Ocsp::Query, ..world.options() };
    let probe =
        |millis| world.probe_within(&leaf, Server::default(), &options, Duration::from_millis(millis));
    // One asks, the other waits for its result, and has less time.
    let late = async {
        while world.web.asked("/ocsp") == 0 {
            tokio::task::yield_now().await;
        }
        probe(400).await
    };
    let (one, other) = tokio::join!(probe(1500), late);
    assert_eq!(world.web.asked("/ocsp"), 1);
    for report in [one, other] {
        expect(&report, "OCSP OCSP_VERIFY_FAILED", "time ran out before the OCSP responder");
    }
}

#[tokio::test]
async fn crls_are_fetched_from_distribution_points_and_kept() {
    let world = World::new().await;
    let leaf = world.leaf(|_| {});
    let of = |issuer: &Identity, serials: &[u64]| Behaviour::Body(servers::crl(issuer, serials, world.now));
    let options = TlsOptions { crl_fetch: true, ..world.options() };
    world.web.set("/issuer.crl", Behaviour::Status(404));
    let report = world.probe(&leaf, Server::default(), &options).await;
    expect(&report, "SSL UNABLE_TO_GET_CRL", "/issuer.crl: the response has status 404");
    assert!(report.facts.timings.duration(Phase::Crl).is_some());
    world.web.set("/issuer.crl", of(&world.issuer, &[1, 2]));
    for _ in 0..2 {
        expect(&world.probe(&leaf, Server::default(), &options).await, "OK", "");
    }
    assert_eq!(world.web.asked("/issuer.crl"), 2);
    // The whole chain: the issuer's issuer also publishes a CRL, and has revoked the issuer.
    let chain = TlsOptions { crl_check: Some(CrlCheck::Chain), ..options.clone() };
    expect(&world.probe(&leaf, Server::default(), &chain).await, "SSL UNABLE_TO_GET_CRL", "/root.crl");
    world.web.set("/root.crl", of(&world.root, &[7]));
    let report = world.probe(&leaf, Server::default(), &chain).await;
    expect(&report, "SSL CERT_REVOKED", "certificate 1 of the chain");

    // Another cache, another leaf: revoked, with the CRL from a file.
    let other = World::new().await;
    let leaf = other.leaf(|_| {});
    other.web.set("/issuer.crl", Behaviour::Body(servers::crl(&other.issuer, &[99], other.now)));
    let report =
        other.probe(&leaf, Server::default(), &TlsOptions { crl_fetch: true, ..other.options() }).await;
    expect(&report, "SSL CERT_REVOKED", "is refused");
    let text = servers::crl_pem(&servers::crl(&other.issuer, &[99], other.now));
    let file = TlsOptions { crl: vec![Pem::Inline(text)], ..other.options() };
    expect(&other.probe(&leaf, Server::default(), &file).await, "SSL CERT_REVOKED", "is refused");
    let off = TlsOptions { crl_check: Some(CrlCheck::Off), ..file };
    expect(&other.probe(&leaf, Server::default(), &off).await, "OK", "");
    let garbage = TlsOptions { crl: vec![Pem::Inline("nothing".to_owned())], ..other.options() };
    assert_eq!(other.vantage.tls_client(&garbage, "tls").unwrap_err().code, Code::InvalidRequest);
}

#[tokio::test]
async fn files_are_read_again_when_the_prepared_clients_are_forgotten() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("issuer.crl");
    std::fs::write(&path, servers::crl_pem(&servers::crl(&world.issuer, &[7], world.now))).unwrap();
    let options = TlsOptions { crl: vec![Pem::File(path.clone())], ..world.options() };
    world.vantage.tls_client(&options, "tls").unwrap();
    std::fs::write(&path, "nothing").unwrap();
    world.vantage.tls_client(&options, "tls").unwrap();
    world.vantage.forget_tls_clients();
    assert_eq!(world.vantage.tls_client(&options, "tls").unwrap_err().code, Code::InvalidRequest);
}

#[tokio::test]
async fn missing_issuers_are_fetched_only_when_the_test_says_so_and_that_is_told() {
    let world = World::new().await;
    let leaf = world.leaf(|_| {});
    let alone = || Server { alone: true, ..Server::default() };
    let missing = "SSL UNABLE_TO_VERIFY_LEAF_SIGNATURE";
    world.web.set("/issuer.der", Behaviour::Body(world.issuer.der.clone()));
    expect(&world.probe(&leaf, alone(), &world.options()).await, missing, "");
    assert_eq!(world.web.asked("/issuer.der"), 0);
    let options = TlsOptions { aia: Aia::Fetch, ..world.options() };
    for _ in 0..2 {
        let report = world.probe(&leaf, alone(), &options).await;
        expect(
            &report,
            "OK",
            "needed AIA fetching: the server does not send the certificate of \"CN=issuer\"",
        );
    }
    assert_eq!(world.web.asked("/issuer.der"), 1);
    expect(&world.probe(&leaf, Server::default(), &options).await, "OK", "");

    for (behaviour, text) in [
        (Behaviour::Status(404), "/issuer.der: the response has status 404"),
        (Behaviour::Body(b"<html>".to_vec()), "the content is not a certificate"),
        (Behaviour::Close, "closed without a response"),
    ] {
        let other = World::new().await;
        let leaf = other.leaf(|_| {});
        other.web.set("/issuer.der", behaviour);
        let options = TlsOptions { aia: Aia::Fetch, ..other.options() };
        expect(&other.probe(&leaf, alone(), &options).await, missing, text);
    }
    let other = World::new().await;
    let leaf = other.leaf(|_| {});
    other.web.set("/issuer.der", Behaviour::Body(Identity::authority("somebody").der));
    let options = TlsOptions { aia: Aia::Fetch, ..other.options() };
    expect(
        &other.probe(&leaf, alone(), &options).await,
        missing,
        "does not contain the issuer's certificate",
    );
}

#[tokio::test]
async fn an_issuer_that_was_fetched_judges_ocsp_and_crls() {
    let world = World::new().await;
    let leaf = world.leaf(|_| {});
    world.web.set("/issuer.der", Behaviour::Body(world.issuer.der.clone()));
    world.web.set("/issuer.crl", Behaviour::Body(servers::crl(&world.issuer, &[], world.now)));
    world.web.set("/ocsp", Behaviour::Ocsp(support::good()).signed_by(&world.issuer, world.now));
    let options = TlsOptions { aia: Aia::Fetch, crl_fetch: true, ocsp: Ocsp::Query, ..world.options() };
    let report = world.probe(&leaf, Server { alone: true, ..Server::default() }, &options).await;
    expect(&report, "OK", "needed AIA fetching");
    for phase in [Phase::Aia, Phase::Crl, Phase::Ocsp] {
        assert!(report.facts.timings.duration(phase).is_some(), "{phase}");
    }
    assert_eq!(report.facts.tls.unwrap().ocsp.unwrap().status.as_deref(), Some("good"));
}

#[tokio::test]
async fn what_webpki_refuses_is_warned_of() {
    let world = World::new().await;
    let good = world.probe(&world.leaf(|_| {}), Server::default(), &world.options()).await;
    assert!(good.outcome.is_ok(), "{good:?}");
    assert!(good.facts.warnings.is_empty(), "{:?}", good.facts.warnings);

    // A server whose certificate is a CA certificate: OpenSSL accepts it, webpki does not. The second time, the
    // result is cached.
    let authority =
        world.leaf(|params| params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained));
    for _ in 0..2 {
        let report = world.probe(&authority, Server::default(), &world.options()).await;
        assert!(report.outcome.is_ok(), "{report:?}");
        assert!(
            report.facts.warnings.iter().any(|warning| warning.contains("CaUsedAsEndEntity")),
            "{:?}",
            report.facts.warnings
        );
    }
}

#[tokio::test]
async fn only_the_leaf_comes_with_details_unless_all_are_asked_for() {
    let world = World::new().await;
    let leaf = world.leaf(|_| {});
    let all = TlsOptions { details: CertificateDetails::Chain, ..world.options() };
    let wrong = TlsOptions { ca: Vec::new(), ..all.clone() };
    for (options, of_all) in [(world.options(), false), (all, true), (wrong, true)] {
        let chain = world.probe(&leaf, Server::default(), &options).await.facts.tls.unwrap().chain;
        assert_eq!(chain[0].crl_urls, [world.web.url("/issuer.crl")]);
        assert_eq!(chain[0].ocsp_urls, [world.web.url("/ocsp")]);
        assert_eq!(chain[0].ca_issuer_urls, [world.web.url("/issuer.der")]);
        assert_eq!(chain[0].extended_key_usage, ["serverAuth"]);
        assert_eq!(chain[1].crl_urls.first(), of_all.then(|| world.web.url("/root.crl")).as_ref());
        assert_eq!(!chain[1].key_usage.is_empty(), of_all, "{:?}", chain[1]);
    }
}
