//! One socket that many probes share: sending, reading, and who gets what.

use crate::payload::Payload;
use crate::receive::{Arrival, Buffer, Read};
use crate::registry::Registry;
use crate::socket::{self, Opened, Options};
use crate::tally::{Answer, Tally};
use crate::wire::{self, Family, Message};
use crate::{Access, IcmpError, Request};
use faultfinder_net::Clock;
use faultfinder_taxonomy::Fault;
use socket2::{SockAddr, SockRef};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// How many packets are read at once, before others get their turn.
const READ_BATCH: usize = 256;

/// After how many requests the sender looks for replies itself. Ten thousand requests to loopback are answered before the
/// reader runs once; without the look their replies would overflow the socket's buffer.
const SENT_BETWEEN_LOOKS: u64 = 16;

/// How often a request is tried again, when the socket reports an ICMP error for another one in its stead.
const STRANGE_ERRORS_MAX: u32 = 16;
/// How long the device's queue may be full, and how often it is looked at in that time.
const QUEUE_PAUSE: Duration = Duration::from_millis(1);
const QUEUE_PAUSES_MAX: u32 = 100;

/// One socket that many probes share. Its reader is a task that ends when the channel is dropped.
#[derive(Debug)]
pub(crate) struct Channel {
    line: Arc<Line>,
    reader: AbortHandle,
}

#[derive(Debug)]
struct Line {
    /// Tokio has no type for ICMP sockets: this one owns the descriptor and watches it, none of its calls that send or
    /// receive is used.
    socket: UdpSocket,
    access: Access,
    family: Family,
    id: u16,
    /// The clock that the kernel's stamps are read from.
    clock: Clock,
    registry: Mutex<Registry>,
    buffer: Mutex<Buffer>,
    sent: AtomicU64,
    /// Whence tokens come.
    random: RandomState,
    tokens: AtomicU64,
}

/// The sequence numbers of one probe on a channel; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    channel: Arc<Channel>,
    /// Without a port; a link-local address with its interface.
    target: SocketAddr,
    first: u16,
    count: u16,
    pub(crate) tally: Arc<Tally>,
}

impl Channel {
    /// Opens a socket in the current runtime.
    ///
    /// # Errors
    ///
    /// As [`socket::open`].
    pub(crate) fn open(options: &Options) -> Result<Arc<Self>, Fault> {
        let random = RandomState::new();
        let [high, low, ..] = random.hash_one("identifier").to_be_bytes();
        let Opened { socket, access, id } = socket::open(options, u16::from_be_bytes([high, low]))?;
        let socket = UdpSocket::from_std(std::net::UdpSocket::from(socket))
            .map_err(|error| socket::ours(&error, "watch an ICMP socket"))?;
        let line = Arc::new(Line {
            socket,
            access,
            family: options.family,
            id,
            clock: Clock::system(),
            registry: Mutex::default(),
            buffer: Mutex::new(Buffer::new()),
            sent: AtomicU64::new(0),
            random,
            tokens: AtomicU64::new(0),
        });
        let reader = tokio::spawn(read(Arc::clone(&line))).abort_handle();
        Ok(Arc::new(Self { line, reader }))
    }

    pub(crate) fn access(&self) -> Access {
        self.line.access
    }

    /// Takes sequence numbers for the requests of a probe; nothing when too many probes of this target are under way.
    pub(crate) fn lease(self: &Arc<Self>, target: SocketAddr, request: &Request) -> Option<Lease> {
        let count = request.packets;
        let number = self.line.tokens.fetch_add(1, Ordering::Relaxed);
        let payload = Payload::new(self.line.random.hash_one(number), request.size.into());
        let tally = Arc::new(Tally::new(count, payload, request.wait));
        let first = self.line.registry().take(target.ip(), count, &tally)?;
        Some(Lease { channel: Arc::clone(self), target, first, count, tally })
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Lease {
    pub(crate) const fn target(&self) -> IpAddr {
        self.target.ip()
    }

    /// Sends one of the probe's requests, from 0.
    ///
    /// # Errors
    ///
    /// What this host refuses it with; then nothing was sent.
    pub(crate) async fn send(&self, index: u16) -> io::Result<()> {
        let line = &self.channel.line;
        let packet = wire::request(line.family, line.id, self.first.wrapping_add(index), self.tally.payload);
        let to = SockAddr::from(self.target);
        let (mut strange, mut pauses) = (0, 0);
        let error = loop {
            self.tally.sending(index, Instant::now());
            let Err(error) = SockRef::from(&line.socket).send_to(&packet, &to) else {
                line.look();
                return Ok(());
            };
            match error.raw_os_error() {
                Some(libc::EAGAIN) => line.until_writable().await?,
                Some(libc::ENOBUFS) if pauses < QUEUE_PAUSES_MAX => {
                    pauses += 1;
                    tokio::time::sleep(QUEUE_PAUSE).await;
                }
                // A datagram socket reports an error for another probe's request to the next sender. Sending again shows whose it
                // was: an error of this request is reported again.
                _ if line.access == Access::Datagram && strange < STRANGE_ERRORS_MAX => {
                    strange += 1;
                    line.try_drain(READ_BATCH);
                }
                _ => break error,
            }
        };
        self.tally.not_sent(index);
        Err(error)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.channel.line.registry().give_back(self.target.ip(), self.first, self.count);
    }
}

/// Reads what comes, until the channel is dropped or the runtime ends.
async fn read(line: Arc<Line>) {
    while line.socket.ready(Interest::READABLE | Interest::ERROR).await.is_ok() {
        // "Would block" is what tells tokio to wait for the next event: of one kind at a time, of both it takes no note.
        let read = || match line.drain(READ_BATCH, &mut line.buffer()) {
            true => Err(io::ErrorKind::WouldBlock.into()),
            false => Ok(()),
        };
        let more = [Interest::READABLE, Interest::ERROR].map(|kind| line.socket.try_io(kind, read).is_ok());
        if more.contains(&true) {
            tokio::task::yield_now().await;
        }
    }
}

impl Line {
    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the socket's buffer has room again.
    async fn until_writable(&self) -> io::Result<()> {
        // The call that found it full did not tell tokio.
        let _ = self.socket.try_io(Interest::WRITABLE, || Err::<(), _>(io::ErrorKind::WouldBlock.into()));
        self.socket.writable().await
    }

    /// Counts a request, and looks for replies from time to time.
    fn look(&self) {
        if self.sent.fetch_add(1, Ordering::Relaxed) % SENT_BETWEEN_LOOKS == SENT_BETWEEN_LOOKS - 1 {
            self.try_drain(READ_BATCH);
        }
    }

    /// Reads what has come, unless somebody else is about to.
    fn try_drain(&self, packets_max: usize) {
        match self.buffer.try_lock() {
            Ok(mut buffer) => {
                self.drain(packets_max, &mut buffer);
            }
            Err(TryLockError::Poisoned(poisoned)) => {
                self.drain(packets_max, &mut poisoned.into_inner());
            }
            Err(TryLockError::WouldBlock) => {}
        }
    }

    /// Reads what has come, so many packets at most; yields whether that was all.
    fn drain(&self, packets_max: usize, buffer: &mut Buffer) -> bool {
        let socket = &self.socket;
        let packets = (0..packets_max).any(|_| {
            let read = buffer.packet(socket, self.access, self.family, &self.clock);
            !self.take(&read)
        });
        let errors = self.access == Access::Raw
            || (0..packets_max).any(|_| {
                let read = buffer.error(socket, self.family, &self.clock);
                !self.take(&read)
            });
        packets && errors
    }

    /// Takes what was read; yields whether there may be more.
    fn take(&self, read: &Read<'_>) -> bool {
        if let Read::Arrival(arrival) = read {
            self.dispatch(arrival);
        }
        !matches!(read, Read::Dry)
    }

    /// Gives a message to the probe that it answers; drops it when there is none.
    fn dispatch(&self, arrival: &Arrival<'_>) {
        let (target, id, sequence) = match (arrival.message, arrival.from) {
            (Message::Reply { id, sequence, .. }, Some(from)) => (from, id, sequence),
            (Message::Reply { .. }, None) => return,
            (Message::About { request, .. }, _) => (request.to, request.id, request.sequence),
        };
        if id != self.id {
            return;
        }
        let Some((tally, index)) = self.registry().find(target, sequence) else { return };
        let answer = match arrival.message {
            Message::Reply { payload, .. } => Answer::Reply { payload, ttl: arrival.ttl },
            Message::About { what, .. } if what.is_advice(self.family) => Answer::Redirect(arrival.from),
            Message::About { what, .. } => Answer::Error(IcmpError {
                kind: what.kind,
                code: what.code,
                v6: self.family == Family::V6,
                from: arrival.from,
                mtu: what.mtu,
                after: Duration::ZERO,
            }),
        };
        tally.answer(index, answer, arrival.at);
    }
}
