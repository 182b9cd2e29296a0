//! Threads for work that takes long: definitions that clients send are read here, and assertions on large responses
//! evaluated, so that the threads that wait for the network are always free to.
//!
//! There are few of them, and they yield to the others. Every owner (a token, the schedule) has a queue of its own, and the
//! queues take turns: who brings much work waits for its own.

use faultfinder_engine::{Offload, Work};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Most pieces of work that one client may have waiting or under way, and most bytes that it may have sent for them.
const OF_CLIENT_MAX: usize = 256;
const OF_CLIENT_BYTES_MAX: usize = 32 << 20;
/// How much these threads yield to the others, as `nice` has it.
const NICE: i32 = 5;

/// Threads for work that takes long. They end when this is dropped, each after what it is at.
#[derive(Debug)]
pub(crate) struct Workers(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queues: Mutex<Queues>,
    changed: Condvar,
}

/// What waits.
#[derive(Default)]
struct Queues {
    of: HashMap<Arc<str>, Queue>,
    /// The owners with work that waits, the next one first.
    turns: VecDeque<Arc<str>>,
    ended: bool,
}

/// The work of one owner.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Work>,
    under_way: usize,
    /// Those who wait until there is less of it, in the order of asking.
    calm: VecDeque<oneshot::Sender<()>>,
    /// What clients have sent for it.
    bytes: usize,
}

impl std::fmt::Debug for Queues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let waiting: usize = self.of.values().map(|queue| queue.waiting.len()).sum();
        f.debug_struct("Queues").field("owners", &self.of.len()).field("waiting", &waiting).finish()
    }
}

/// One owner has brought as much as it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuch;

impl Workers {
    /// Starts half as many threads as there are processors, at least one.
    pub(crate) fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let workers = Self(shared);
        for _ in 0..threads() {
            let shared = Arc::clone(&workers.0);
            std::thread::Builder::new().name("faultfinder-work".to_owned()).spawn(move || shared.work())?;
        }
        Ok(workers)
    }

    /// Takes the work of this owner.
    pub(crate) fn of(&self, owner: &str) -> Offload {
        let (shared, owner): (_, Arc<str>) = (Arc::clone(&self.0), owner.into());
        Offload::new(move |work| shared.put(&owner, work))
    }

    /// Waits while work of this owner waits already, in addition to what each thread may be at: a response that waits to be
    /// judged takes memory. Each piece that is done lets one go on.
    pub(crate) async fn calm(&self, owner: &str) {
        let waiting = {
            let mut queues = self.0.queues();
            let Some(queue) = queues.of.get_mut(owner).filter(|queue| queue.count() > threads()) else {
                return;
            };
            let (calm, waiting) = oneshot::channel();
            queue.calm.push_back(calm);
            waiting
        };
        // When the threads have ended, nobody needs to wait.
        let _ = waiting.await;
    }

    /// Has work of a client done, on so many bytes that it sent. Nothing when it panicked.
    ///
    /// # Errors
    ///
    /// When this client's work waits already, as much as may.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        client: &str,
        bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Option<T>, TooMuch> {
        let _sent = Sent::new(&self.0, client, bytes)?;
        Ok(self.of(client).run(work).await)
    }
}

/// How many threads there are.
fn threads() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    (processors / 2).max(1)
}

/// Bytes that a client has sent for work that is not done.
struct Sent<'a> {
    shared: &'a Shared,
    client: Arc<str>,
    bytes: usize,
}

impl<'a> Sent<'a> {
    fn new(shared: &'a Shared, client: &str, bytes: usize) -> Result<Self, TooMuch> {
        let client: Arc<str> = client.into();
        let mut queues = shared.queues();
        let queue = queues.of.entry(Arc::clone(&client)).or_default();
        let is_idle = queue.count() == 0 && queue.bytes == 0;
        let together = queue.bytes.saturating_add(bytes);
        if !is_idle && (queue.count() >= OF_CLIENT_MAX || together > OF_CLIENT_BYTES_MAX) {
            return Err(TooMuch);
        }
        queue.bytes = together;
        drop(queues);
        Ok(Self { shared, client, bytes })
    }
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        let mut queues = self.shared.queues();
        if let Some(queue) = queues.of.get_mut(&self.client) {
            queue.bytes = queue.bytes.saturating_sub(self.bytes);
        }
        queues.forget_idle(&self.client);
    }
}

impl Queue {
    fn count(&self) -> usize {
        self.waiting.len() + self.under_way
    }
}

impl Shared {
    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, owner: &Arc<str>, work: Work) {
        let mut queues = self.queues();
        let queue = queues.of.entry(Arc::clone(owner)).or_default();
        let is_first = queue.waiting.is_empty();
        queue.waiting.push_back(work);
        if is_first {
            queues.turns.push_back(Arc::clone(owner));
        }
        drop(queues);
        self.changed.notify_one();
    }

    /// What a thread does until the end.
    fn work(&self) {
        yield_to_others();
        while let Some((owner, work)) = self.next() {
            // A panic has been reported on standard error; who waits for the piece gets nothing.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            self.queues().finish(&owner);
        }
    }

    /// Waits for the next piece; nothing at the end.
    fn next(&self) -> Option<(Arc<str>, Work)> {
        let mut queues = self.queues();
        loop {
            if queues.ended {
                return None;
            }
            if let Some(next) = queues.next() {
                return Some(next);
            }
            queues = self.changed.wait(queues).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Queues {
    /// The next piece of the owner whose turn it is.
    fn next(&mut self) -> Option<(Arc<str>, Work)> {
        let owner = self.turns.pop_front()?;
        let queue = self.of.get_mut(&owner)?;
        let work = queue.waiting.pop_front()?;
        queue.under_way += 1;
        if !queue.waiting.is_empty() {
            self.turns.push_back(Arc::clone(&owner));
        }
        Some((owner, work))
    }

    fn finish(&mut self, owner: &str) {
        if let Some(queue) = self.of.get_mut(owner) {
            queue.under_way = queue.under_way.saturating_sub(1);
            let is_idle = queue.count() == 0;
            while let Some(calm) = queue.calm.pop_front() {
                // Those who have left are skipped.
                if calm.send(()).is_ok() && !is_idle {
                    break;
                }
            }
        }
        self.forget_idle(owner);
    }

    fn forget_idle(&mut self, owner: &str) {
        if self.of.get(owner).is_some_and(|queue| queue.count() == 0 && queue.bytes == 0) {
            self.of.remove(owner);
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.0.queues().ended = true;
        self.0.changed.notify_all();
    }
}

/// This thread is to run when others need not.
#[cfg(target_os = "linux")]
fn yield_to_others() {
    // On Linux it is the calling thread that is meant. Without it, the work competes with the probes, and no more.
    if let Ok(nice) = rustix::process::getpriority_process(None) {
        let _ = rustix::process::setpriority_process(None, nice.max(NICE));
    }
}

#[cfg(not(target_os = "linux"))]
fn yield_to_others() {
    let _ = NICE;
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::sync::mpsc;

    /// Work that waits for a word before it ends, and who says it.
    fn held() -> (impl FnOnce() + Send, mpsc::Sender<()>) {
        let (go, wait) = mpsc::channel();
        (move || wait.recv().unwrap_or_default(), go)
    }

    #[tokio::test]
    async fn the_bytes_of_a_client_are_bounded() {
        let workers = Workers::start().unwrap();
        let sent = Sent::new(&workers.0, "greedy", OF_CLIENT_BYTES_MAX).unwrap();
        assert_eq!(workers.run("greedy", 1, || 1).await, Err(TooMuch));
        assert_eq!(workers.run("modest", 1, || 2).await, Ok(Some(2)));
        drop(sent);
        assert_eq!(workers.run("greedy", 1, || 3).await, Ok(Some(3)));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn threads_for_work_yield_to_the_others() {
        let mine = rustix::process::getpriority_process(None).unwrap();
        let workers = Workers::start().unwrap();
        let theirs = workers.run("a", 0, || rustix::process::getpriority_process(None).unwrap()).await;
        assert_eq!(theirs, Ok(Some(NICE.max(mine))));
    }

    #[tokio::test]
    async fn work_that_panics_takes_no_thread_along() {
        let workers = Workers::start().unwrap();
        for _ in 0..std::thread::available_parallelism().unwrap().get() {
            assert_eq!(workers.run("a", 0, || panic!("as work may")).await, Ok(None::<()>));
        }
        let after = tokio::time::timeout(std::time::Duration::from_secs(60), workers.run("a", 0, || 1)).await;
        assert_eq!(after.expect("a thread is there"), Ok(Some(1)));
    }

    #[test]
    fn owners_take_turns() {
        let mut queues = Queues::default();
        let shared = Shared::default();
        for (owner, count) in [("much", 3), ("little", 1), ("some", 2)] {
            for _ in 0..count {
                shared.put(&owner.into(), Box::new(|| {}));
            }
        }
        std::mem::swap(&mut queues, &mut shared.queues());
        let order: Vec<Arc<str>> = std::iter::from_fn(|| queues.next().map(|(owner, _)| owner)).collect();
        assert_eq!(
            order.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
            ["much", "little", "some", "much", "some", "much"]
        );
        for owner in &order {
            queues.finish(owner);
        }
        assert!(queues.of.is_empty(), "nobody is remembered: {queues:?}");
    }

    #[tokio::test]
    async fn who_has_brought_much_waits_until_a_piece_is_done() {
        let workers = Arc::new(Workers::start().unwrap());
        workers.calm("greedy").await;
        let mut holding = Vec::new();
        for _ in 0..=threads() {
            let (work, go) = held();
            workers.0.put(&"greedy".into(), Box::new(work));
            holding.push(go);
        }
        workers.calm("modest").await;
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(workers.calm("greedy"))).collect();
        for waiting in &mut waiting {
            assert!(waiting.now_or_never().is_none(), "it waits");
        }
        // One of them leaves.
        drop(waiting.remove(0));
        let (mut second, first) = (waiting.pop().unwrap(), waiting.pop().unwrap());
        holding[0].send(()).unwrap();
        first.await;
        // The thread has let go on whom it wants to when it has given the queues back.
        drop(workers.0.queues());
        assert!((&mut second).now_or_never().is_none(), "one piece lets one go on");
        drop(holding);
        second.await;
        assert!(workers.0.queues().of.get("greedy").is_none_or(|queue| queue.calm.is_empty()));
    }

    #[tokio::test]
    async fn a_client_has_its_bound_and_others_are_not_held_up() {
        let workers = Arc::new(Workers::start().unwrap());
        let mut holding = Vec::new();
        for _ in 0..OF_CLIENT_MAX {
            let (work, go) = held();
            let offload = workers.of("greedy");
            holding.push((tokio::spawn(async move { offload.run(work).await }), go));
        }
        // Each task hands its work over when it is polled first.
        while workers.0.queues().of.get("greedy").map_or(0, Queue::count) < OF_CLIENT_MAX {
            tokio::task::yield_now().await;
        }
        assert_eq!(workers.run("greedy", 1, || 1).await, Err(TooMuch));
        let other = workers.run("modest", OF_CLIENT_BYTES_MAX + 1, || 2);
        for (_, go) in &holding {
            go.send(()).unwrap();
        }
        assert_eq!(other.await, Ok(Some(2)));
        for (work, _) in holding {
            assert_eq!(work.await.unwrap(), Some(()));
        }
        assert_eq!(workers.run("greedy", 1, || 3).await, Ok(Some(3)));
        assert_eq!(workers.run("greedy", 1, || panic!("as work may")).await, Ok(None::<()>));
    }
}
