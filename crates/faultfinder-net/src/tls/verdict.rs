//! The verdict on what a peer presented.

use super::capture::Capture;
use super::client::TlsClient;
use super::fetching::Fetching;
use super::{revocation, supplement};
use crate::{ClientOptions, Trace, Vantage};
use faultfinder_taxonomy::Fault;

/// Fetches the data that the options permit, and returns the verdict on what the peer presented.
pub(crate) async fn judge(
    vantage: &Vantage,
    client: &TlsClient,
    options: &ClientOptions,
    capture: &Capture,
    trace: &mut Trace,
) -> Result<(), Fault> {
    if supplement::is_wanted(client.options()) {
        let fetching = Fetching { vantage, options, capture };
        Box::pin(supplement::supplement(&fetching, client.options(), trace)).await;
    } else {
        revocation::staple(capture, trace);
    }
    capture.verify_fault().map_or(Ok(()), Err)
}
