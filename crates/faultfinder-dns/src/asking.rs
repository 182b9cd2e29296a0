//! Asking one server one question.

use crate::Request;
use faultfinder_net::dns::{Channel, Failed, Failure, Query, Server};
use faultfinder_net::{Trace, Vantage};
use faultfinder_taxonomy::word::Transport;
use faultfinder_taxonomy::{Blame, Code, Detail, Errno, Fault, Phase};

/// Opens the channel to a server.
pub(crate) async fn open(
    vantage: &Vantage,
    server: &Server,
    request: &Request,
    query: &Query,
    trace: &mut Trace,
) -> Result<Channel, Fault> {
    let opened = Channel::open(vantage, server, &request.client, trace).await;
    opened.map_err(|fault| match fault.code {
        Code::Dns => {
            let mut fault = fault.with("question", query.to_string());
            fault.message = format!("{query}: {}", fault.message);
            fault
        }
        _ => fault,
    })
}

/// No readable answer arrived. A server that the test does not name is this host's own, so this host is to blame.
pub(crate) fn unanswered(failed: Failed, query: &Query, request: &Request) -> Fault {
    if let (Failure::Ended(errno), true) = (failed.failure(), request.transport != Transport::Udp) {
        return reset(*errno, failed, query);
    }
    let fault = match failed.into_session_fault(query) {
        Ok(fault) => return fault,
        Err(failed) => failed.into_fault(query),
    };
    match (&request.server, fault.detail.name()) {
        (None, "TIMEOUT" | "CONNECTION_REFUSED" | "UNREACHABLE") if !request.all_servers => {
            fault.blamed_on(Blame::Ourselves)
        }
        _ => fault,
    }
}

/// The requested connection ended: `CONNRESET`, as for every protocol.
fn reset(errno: Errno, failed: Failed, query: &Query) -> Fault {
    let failure = failed.into_fault(query);
    // Blame and hints are those of the code.
    let mut fault = Fault::new(Code::ConnReset, Phase::Resolve, Detail::errno(errno), failure.message);
    fault.evidence = failure.evidence;
    fault
}
