//! Phases are the target's time, not that of a process which has something else to do.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a failure there is a failure of the test"
)]

use faultfinder_http::taxonomy::Phase;
use faultfinder_http::{Request, Vantage, probe};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

/// How long the thread of the probe does something else while the response is there.
const BUSY: Duration = Duration::from_millis(60);
/// The kernel begins to stamp a moment after it was asked to.
const TRIES: usize = 20;

/// A server that says when it has a request, and answers when it is bidden to.
fn serve() -> (SocketAddr, Receiver<()>, Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let ((asks, asked), (bids, bidden)) = (channel(), channel());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut head, mut chunk) = (Vec::new(), [0; 1024]);
            while !head.ends_with(b"\r\n\r\n") {
                let count = stream.read(&mut chunk).unwrap();
                head.extend_from_slice(&chunk[..count]);
            }
            if asks.send(()).is_err() || bidden.recv().is_err() {
                return;
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").unwrap();
        }
    });
    (address, asked, bids)
}

#[tokio::test]
async fn a_thread_that_is_busy_does_not_lengthen_the_phases_of_a_response() {
    let (address, asked, bids) = serve();
    let (vantage, request) = (Vantage::system(), Request::new(format!("http://{address}/")));
    let mut found = Vec::new();
    for _ in 0..TRIES {
        let busy = async {
            while asked.try_recv() == Err(TryRecvError::Empty) {
                tokio::task::yield_now().await;
            }
            bids.send(()).unwrap();
            std::thread::sleep(BUSY);
        };
        let (report, ()) = tokio::join!(probe(&vantage, &request), busy);
        assert_eq!(report.outcome.unwrap().body, b"hello");
        let phases = [Phase::Wait, Phase::Receive].map(|phase| report.facts.timings.duration(phase).unwrap());
        if phases.iter().sum::<Duration>() < BUSY / 2 {
            return;
        }
        found.push(phases);
    }
    panic!("our own time counted as the target's: {found:?}");
}
