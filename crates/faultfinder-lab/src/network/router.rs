//! The thread behind `far`: reads packets, and writes what comes back, when it is due.

use super::answer::Answers;
use super::packet::Packet;
use super::plan::{Network, NetworkError};
use super::wire::{Link, Wire};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::time::Instant;

/// How many packets may be under way; what comes then is lost.
const UNDER_WAY_MAX: usize = 65_536;
/// How many packets are read before those that are due are written.
const READ_AT_ONCE_MAX: u32 = 64;
/// How long it waits at the most before it looks whether it is still wanted.
const PATIENCE: Duration = Duration::from_millis(20);
/// The router's priority among the threads of this host: -20 is the highest, 0 the usual one.
const PRIORITY: i32 = -20;

/// A router at work. It ends when this is dropped.
pub(super) struct Router {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Router {
    /// Starts one in the namespace of the calling thread.
    pub(super) fn start(network: &Network) -> Result<Self, NetworkError> {
        let mut wire = Wire::open()?;
        wire.settle();
        let answers = Answers::new(network.distant.clone());
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("router".to_owned())
            .spawn(move || work(wire, answers, &told))
            .map_err(|error| NetworkError::Setup(format!("no thread for the router: {error}")))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A router that has panicked is silent; the scenario shows it.
            let _ = thread.join();
        }
    }
}

/// A packet that is on its way back: when it is due, which one it is, what it is, where it goes.
struct Due {
    at: Instant,
    number: u64,
    packet: Vec<u8>,
    link: Link,
}

fn work(mut wire: Wire, mut answers: Answers, stop: &AtomicBool) {
    // A router that waits for its turn on a busy processor would make every way longer. Without the right to go first it
    // does what it can.
    let _ = rustix::process::setpriority_process(None, PRIORITY);
    let mut under_way: BinaryHeap<Reverse<Due>> = BinaryHeap::new();
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        let now = Instant::now();
        while under_way.peek().is_some_and(|Reverse(next)| next.at <= now) {
            if let Some(Reverse(due)) = under_way.pop() {
                wire.write(&due.packet, &due.link);
            }
        }
        let next = under_way.peek().map_or(PATIENCE, |Reverse(next)| next.at.saturating_duration_since(now));
        wire.wait(next.min(PATIENCE));
        for _ in 0..READ_AT_ONCE_MAX {
            let Some((bytes, link)) = wire.read() else { break };
            let came = Instant::now();
            let Some(packet) = Packet::read(bytes) else { continue };
            for (delay, packet) in answers.to(&packet) {
                if under_way.len() < UNDER_WAY_MAX {
                    under_way.push(Reverse(Due { at: came + delay, number, packet, link }));
                    number += 1;
                }
            }
        }
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Due {}
