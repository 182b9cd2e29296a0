//! Sending and receiving, once the WebSocket is open.

use crate::{Close, Connection, Event, Message, Opening, Request, Step, failure};
use faultfinder_net::Trace;
use faultfinder_taxonomy::Fault;
use std::time::Duration;
use tokio::time::Instant;

/// Most messages that are received, over all steps.
pub(crate) const MESSAGES_MAX: usize = 100;
/// Most bytes of all messages together.
pub(crate) const MESSAGES_BYTES_MAX: usize = 32 << 20;

/// What is known so far; it outlives the work, so that it is known also when time runs out.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) opening: Option<Opening>,
    /// The responses that were followed before it: URL and status.
    pub(crate) hops: Vec<(String, u16)>,
    pub(crate) messages: Vec<Message>,
    /// How many of them steps have taken.
    taken: usize,
    pub(crate) answer: Option<usize>,
    pub(crate) round_trips: Vec<Duration>,
    pub(crate) close: Option<Close>,
}

/// Takes the steps in order.
///
/// # Errors
///
/// `WEBSOCKET` when the peer ends the WebSocket before what is awaited has come, unless its end is asked for; those of
/// [`Connection::send`] and [`Connection::receive`].
pub(crate) async fn hold(
    connection: &mut Connection,
    request: &Request,
    record: &mut Record,
    trace: &mut Trace,
) -> Result<(), Fault> {
    for step in &request.steps {
        let ended = match step {
            Step::Send(message) => connection.send(message, trace).await?,
            Step::Receive => record.take(connection, trace, step, |_| true).await?,
            Step::Expect(bytes) => {
                record.take(connection, trace, step, |message| message.contains(bytes)).await?
            }
            Step::Ping(payload) => record.ping(connection, trace, payload).await?,
        };
        if let Some(close) = ended {
            return if request.close_as_value {
                record.close = Some(close);
                Ok(())
            } else {
                Err(connection.closed(&close, &step.awaited()))
            };
        }
    }
    if request.close_as_value && !request.steps.last().is_some_and(Step::awaits) {
        record.close = Some(record.until_close(connection, trace).await?);
    }
    Ok(())
}

impl Step {
    /// What has not happened when the peer ends the WebSocket in it.
    fn awaited(&self) -> String {
        match self {
            Self::Send(_) => "everything was sent".to_owned(),
            Self::Receive => "a message arrived".to_owned(),
            Self::Expect(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => format!("a message with {text:?} arrived"),
                Err(_) => format!("a message with the bytes {} arrived", bytes.escape_ascii()),
            },
            Self::Ping(_) => "the pong arrived".to_owned(),
        }
    }
}

impl Record {
    /// Takes the next message that is `wanted`, or the end.
    async fn take(
        &mut self,
        connection: &mut Connection,
        trace: &mut Trace,
        step: &Step,
        wanted: impl Fn(&Message) -> bool,
    ) -> Result<Option<Close>, Fault> {
        loop {
            while let Some(message) = self.messages.get(self.taken) {
                self.taken += 1;
                if wanted(message) {
                    self.answer = self.taken.checked_sub(1);
                    return Ok(None);
                }
            }
            match connection.receive(trace).await? {
                Event::Message(message) => self.keep(message, &step.awaited())?,
                Event::Pong(_) => {}
                Event::Close(close) => return Ok(Some(close)),
            }
        }
    }

    /// Sends a ping and awaits its pong; messages that come before it are kept for later steps.
    async fn ping(
        &mut self,
        connection: &mut Connection,
        trace: &mut Trace,
        payload: &[u8],
    ) -> Result<Option<Close>, Fault> {
        let began = Instant::now();
        if let Some(close) = connection.ping(payload, trace).await? {
            return Ok(Some(close));
        }
        loop {
            match connection.receive(trace).await? {
                Event::Pong(answered) if answered == payload => {
                    self.round_trips.push(began.elapsed());
                    return Ok(None);
                }
                Event::Pong(_) => {}
                Event::Message(message) => self.keep(message, "the pong arrived")?,
                Event::Close(close) => return Ok(Some(close)),
            }
        }
    }

    /// Awaits the end.
    async fn until_close(&mut self, connection: &mut Connection, trace: &mut Trace) -> Result<Close, Fault> {
        loop {
            match connection.receive(trace).await? {
                Event::Close(close) => return Ok(close),
                Event::Message(message) => self.keep(message, "it closed the WebSocket")?,
                Event::Pong(_) => {}
            }
        }
    }

    fn keep(&mut self, message: Message, awaited: &str) -> Result<(), Fault> {
        self.messages.push(message);
        let bytes: usize = self.messages.iter().map(Message::len).sum();
        if self.messages.len() > MESSAGES_MAX || bytes > MESSAGES_BYTES_MAX {
            return Err(failure::too_much(self.messages.len(), awaited));
        }
        Ok(())
    }
}
