//! The ICMP probe on loopback.
//!
//! Where this process may not use ICMP, each test says so and checks nothing else than the fault that tells it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed, its helpers included")]

use faultfinder_icmp::taxonomy::{Blame, Code, Fault, Phase};
use faultfinder_icmp::{Outcome, Report, Request, Response, Vantage, probe};
use faultfinder_net::DeniedNetworks;
use std::net::IpAddr;
use std::time::Duration;

/// A request at short intervals.
fn request(host: &str) -> Request {
    Request { interval: Duration::from_millis(1), ..Request::new(host) }
}

/// The response; nothing where ICMP is not permitted.
#[track_caller]
fn response(report: Report<Response>) -> Option<Response> {
    match report.outcome {
        Ok(response) => Some(response),
        Err(fault) if fault.blame == Blame::Ourselves && fault.code == Code::InternalError => {
            eprintln!("not run: {fault}");
            assert!(fault.message.contains("CAP_NET_RAW"), "{fault}");
            None
        }
        Err(fault) => panic!("{fault}"),
    }
}

#[track_caller]
fn refused(report: Report<Response>, code: Code, phase: Phase, name: &str) -> Fault {
    let fault = report.outcome.unwrap_err();
    if fault.blame != Blame::Ourselves {
        assert_eq!((fault.code, fault.phase, fault.detail.name()), (code, phase, name), "{fault}");
    }
    fault
}

#[tokio::test]
async fn loopback_answers_every_request_of_both_families() {
    let vantage = Vantage::system();
    for host in ["127.0.0.1", "::1", "127.45.67.89", "0.0.0.0"] {
        if host.contains(':') && std::net::TcpListener::bind((host, 0)).is_err() {
            continue;
        }
        let report = probe(&vantage, &request(host)).await;
        let timings = report.facts.timings;
        let Some(response) = response(report) else { return };
        assert_eq!(
            (response.sent, response.received, response.duplicates),
            (4, 4, 0),
            "{host}: {response:?}"
        );
        assert_eq!(response.loss_percent(), Some(0.0));
        let latency = response.latency.unwrap();
        assert!(latency.min <= latency.avg && latency.avg <= latency.max, "{latency:?}");
        assert!(latency.max < Duration::from_millis(100), "{latency:?}");
        assert!(response.packets.iter().map(|packet| packet.sequence).eq(1..=4));
        assert!(
            response
                .packets
                .iter()
                .all(|packet| matches!(packet.outcome, Outcome::Reply { ttl: Some(_), .. })),
            "{:?}",
            response.packets
        );
        assert_eq!(
            timings.phases().map(|(phase, _)| phase).collect::<Vec<_>>(),
            [Phase::Send, Phase::Wait, Phase::Receive]
        );
        // Three intervals, and no waiting for what has come.
        assert!(timings.total() < Duration::from_millis(500), "{timings:?}");
    }
}

#[tokio::test]
async fn every_size_comes_back_unchanged() {
    let vantage = Vantage::system();
    for size in [0, 1, 7, 8, 56, 1472, 9000, Request::SIZE_MAX] {
        for dont_fragment in [false, true] {
            let request = Request { size, dont_fragment, packets: 2, ..request("127.0.0.1") };
            let Some(response) = response(probe(&vantage, &request).await) else { return };
            assert_eq!(response.received, 2, "{size} bytes, {dont_fragment}: {response:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_probes_of_one_target_share_a_socket_and_get_their_own_replies() {
    let vantage = Vantage::system();
    let request = Request { packets: 10, ..request("127.0.0.1") };
    let before = descriptors();
    let probes = (0..500).map(|_| probe(&vantage, &request));
    let (reports, most) = join_all(probes).await;
    for report in reports {
        let Some(response) = response(report) else { return };
        assert_eq!((response.received, response.duplicates), (10, 0), "{response:?}");
    }
    // Other tests of this process have descriptors, too; a socket for each probe would be 500 of them.
    assert!(most <= before + 250, "{most} descriptors, {before} before");
}

/// Polls all of them in one task, and counts the descriptors of this process while they are under way.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> (Vec<F::Output>, usize) {
    let mut most = 0;
    let mut pinned: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut open = false;
        for (future, output) in &mut pinned {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => open = true,
                }
            }
        }
        most = most.max(descriptors());
        if open { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    (pinned.into_iter().filter_map(|(_, output)| output).collect(), most)
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map(Iterator::count).unwrap_or(0)
}

#[test]
fn one_vantage_serves_several_runtimes_one_after_the_other_and_at_once() {
    let vantage = Vantage::system();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..8 {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    let report = runtime.block_on(probe(&vantage, &request("127.0.0.1")));
                    if let Some(response) = response(report) {
                        assert_eq!(response.received, 4);
                    }
                }
            });
        }
    });
}

#[tokio::test]
async fn a_probe_that_is_dropped_leaves_the_socket_to_the_others() {
    let vantage = Vantage::system();
    let slow = Request { interval: Duration::from_secs(5), ..Request::new("127.0.0.1") };
    for _ in 0..20 {
        let _ = tokio::time::timeout(Duration::from_millis(1), probe(&vantage, &slow)).await;
    }
    let Some(response) = response(probe(&vantage, &request("127.0.0.1")).await) else { return };
    assert_eq!((response.received, response.duplicates), (4, 0));
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_before_anything_is() {
    let base = request("127.0.0.1");
    let slow = Request { interval: Duration::from_secs(20), ..base.clone() };
    for (request, name, field) in [
        (request(""), "EBADNAME", "icmp.host"),
        (request("a b"), "ERR_INVALID_URL", "icmp.host"),
        (request("224.0.0.1"), "group_address", "icmp.host"),
        (request("255.255.255.255"), "group_address", "icmp.host"),
        (request("ff02::1"), "group_address", "icmp.host"),
        (Request { packets: 11, ..base.clone() }, "too_many_packets", "icmp.packets"),
        (Request { size: 65_508, ..base.clone() }, "payload_too_large", "icmp.size"),
        (Request { ttl: Some(0), ..base.clone() }, "invalid_ttl", "icmp.ttl"),
        (slow, "interval_too_long", "icmp.interval"),
    ] {
        let fault =
            refused(probe(&Vantage::system(), &request).await, Code::InvalidRequest, Phase::Config, name);
        let detail = format!("{:?}", fault.detail);
        assert!(detail.contains(field), "{detail}");
    }
}

#[tokio::test]
async fn without_packets_the_name_is_resolved_and_nothing_is_sent() {
    let mut request = Request { packets: 0, ..request("here.test") };
    let address: IpAddr = "127.0.0.1".parse().unwrap();
    request.client.resolve = vec![("here.test".to_owned(), address)];
    let report = probe(&Vantage::system(), &request).await;
    assert_eq!(report.facts.addresses, [address]);
    let response = report.outcome.unwrap();
    assert_eq!((response.sent, response.loss_percent(), response.latency), (0, None, None));
}

#[tokio::test]
async fn a_source_address_of_somebody_else_is_refused() {
    let mut request = request("127.0.0.1");
    request.client.source_address = Some("192.0.2.77".parse().unwrap());
    let fault = refused(
        probe(&Vantage::system(), &request).await,
        Code::InvalidRequest,
        Phase::Config,
        "EADDRNOTAVAIL",
    );
    assert!(fault.message.contains("192.0.2.77") || fault.blame == Blame::Ourselves, "{fault}");
    request.client.source_address = Some("127.9.9.9".parse().unwrap());
    if let Some(response) = response(probe(&Vantage::system(), &request).await) {
        assert_eq!(response.received, 4);
    }
}

#[tokio::test]
async fn a_denied_network_gets_no_echo_request() {
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    for host in ["127.0.0.1", "::1", "0.0.0.0", "localhost", "::ffff:127.0.0.1"] {
        let fault = probe(&vantage, &request(host)).await.outcome.unwrap_err();
        // Without the permission to use ICMP too: nothing was opened.
        let found = (fault.code, fault.phase, fault.detail.name());
        assert_eq!(found, (Code::Denied, Phase::Connect, "ERR_NETWORK_DENIED"), "{host}: {fault}");
    }
}
