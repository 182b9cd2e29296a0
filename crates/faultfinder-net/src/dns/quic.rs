//! Questions over QUIC (DoQ, RFC 9250).

use super::failure::Notes;
use super::server::Server;
use super::tcp::refused;
use super::{Answer, Failure, Query, framed};
use crate::quic::{self, QuicConnection};
use crate::{ClientOptions, Trace, Vantage};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, QuicErrorCode};
use std::pin::Pin;

type Connected<'f> = Pin<Box<dyn Future<Output = Result<QuicConnection, Fault>> + Send + 'f>>;

/// A QUIC connection with the server; boxed for the same reason.
pub(super) fn connection<'f>(
    vantage: &'f Vantage,
    server: &'f Server,
    way: &'f ClientOptions,
    trace: &'f mut Trace,
) -> Connected<'f> {
    Box::pin(async move {
        let client = vantage.tls_client(&server.offers(), server.tls_field)?;
        let address = server.address;
        let way = ClientOptions { resolver: None, ..way.clone() };
        let target = quic::Target { host: &server.host, addresses: &[address.ip()], port: address.port() };
        let connected = quic::dial(vantage, target, &client, &way, trace).await;
        connected.map_err(|fault| match fault.code {
            Code::ConnRefused => refused(address),
            _ => fault,
        })
    })
}

/// One question on a stream of its own (RFC 9250 section 4.2).
pub(super) async fn ask(quic: &QuicConnection, query: &Query, notes: &mut Notes) -> Result<Answer, Failure> {
    // RFC 9250 section 4.2.1: the stream tells answers apart.
    let query = query.without_id();
    let lost = |error: &quinn::ConnectionError| {
        let fault = quic.fault(error, Phase::Resolve, "ask the name server", QuicErrorCode::Doq);
        Failure::Session(Box::new(fault))
    };
    let (mut send, mut receive) = quic.connection().open_bi().await.map_err(|error| lost(&error))?;
    let message = [&framed::length(&query)[..], query.bytes()].concat();
    send.write_all(&message).await.map_err(|error| match error {
        quinn::WriteError::ConnectionLost(error) => lost(&error),
        quinn::WriteError::Stopped(code) => reset(code, "STOP_SENDING"),
        _ => Failure::Timeout,
    })?;
    let _ = send.finish();
    let broken = |error: quinn::ReadExactError| match error {
        quinn::ReadExactError::FinishedEarly(_) => {
            Failure::Ended(faultfinder_taxonomy::Errno::PrematureClose)
        }
        quinn::ReadExactError::ReadError(quinn::ReadError::ConnectionLost(error)) => lost(&error),
        quinn::ReadExactError::ReadError(quinn::ReadError::Reset(code)) => reset(code, "RESET_STREAM"),
        quinn::ReadExactError::ReadError(_) => Failure::Timeout,
    };
    let mut length = [0_u8; 2];
    receive.read_exact(&mut length).await.map_err(broken)?;
    let mut bytes = vec![0_u8; usize::from(u16::from_be_bytes(length))];
    receive.read_exact(&mut bytes).await.map_err(broken)?;
    notes.arrived = quic.taps().arrived();
    let answer = super::decode(&bytes, &query).map_err(|malformed| Failure::malformed(malformed, &bytes))?;
    match answer.mismatch {
        Some(mismatch) => {
            notes.ignore(mismatch, &bytes);
            Err(Failure::Timeout)
        }
        None => Ok(answer),
    }
}

/// The server aborted the stream.
fn reset(code: quinn::VarInt, scope: &str) -> Failure {
    let code = QuicErrorCode::Doq(code.into_inner());
    let meaning = code.text().unwrap_or("an unknown code");
    let message = format!("the name server aborted the stream with {}: {meaning}", code.name());
    Failure::Session(Box::new(Fault::new(
        Code::ConnReset,
        Phase::Resolve,
        Detail::quic(code, scope),
        message,
    )))
}
