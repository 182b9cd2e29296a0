//! One request with its redirects.

use crate::call::Call;
use crate::prepared::Prepared;
use crate::proof::sigv4;
use crate::redirect::{self, Redirect};
use crate::{Auth, Hop, Request, Response, alternative, authenticate, http3, prepare};
use faultfinder_net::{Trace, Vantage, first_of};
use faultfinder_taxonomy::word::HttpVersion;
use faultfinder_taxonomy::{Code, Detail, Fact, Fault, Phase, Report};

/// Sends one request and follows its redirects, as far as its options say.
///
/// Dropping the future closes the connection. Time runs out by [`Request::client`]'s budgets and ends in a report
/// with the phases that were complete.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let mut hops = Vec::new();
    // Boxed, like the stages below it: a future of this size must not be moved about.
    let outcome = deadline.limit(Box::pin(follow(vantage, request, &mut trace, &mut hops))).await;
    let outcome = outcome.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
    let outcome = match outcome {
        Ok(mut response) => {
            response.hops = hops;
            Ok(response)
        }
        Err(fault) => Err(with_hops(fault, &hops)),
    };
    trace.into_report(outcome)
}

/// Exchange after exchange until an answer is final.
async fn follow(
    vantage: &Vantage,
    request: &Request,
    trace: &mut Trace,
    hops: &mut Vec<Hop>,
) -> Result<Response, Fault> {
    let prepared = prepare::prepare(request).map_err(first_of)?;
    let mut call = Call::new(vantage, request, prepared);
    let mut redirects = 0;
    loop {
        let mut response = authenticate::exchange(&mut call, trace).await?;
        if request.version == HttpVersion::Discover {
            response = discover(&call, response, trace, hops).await?;
        }
        response.credentials_refused = refuses_credentials(&call, &response);
        call.cookies.take(&call.prepared.url, &response.headers);
        if !request.follow_redirects {
            return Ok(response);
        }
        match redirect::target(&call.prepared, &response)? {
            Redirect::None => return Ok(response),
            Redirect::To(next) => {
                if redirects >= usize::try_from(request.max_redirects).unwrap_or(usize::MAX) {
                    return Err(too_many(request.max_redirects, &call.prepared));
                }
                redirects += 1;
                hops.push(hop(&call.prepared, &response, trace));
                call.prepared = redirect::next(call.prepared, *next, response.status);
            }
        }
    }
}

/// What is kept of an answer that is followed by another request.
fn hop(prepared: &Prepared, response: &Response, trace: &mut Trace) -> Hop {
    Hop { url: prepared.url.to_string(), status: response.status, timings: trace.next_hop() }
}

/// Asks once more over HTTP/3, where the answer offers that.
async fn discover(
    call: &Call<'_>,
    response: Response,
    trace: &mut Trace,
    hops: &mut Vec<Hop>,
) -> Result<Response, Fault> {
    let Some(alternative) = alternative::http3(&response.headers) else {
        trace.warn(format!(
            "{} does not offer HTTP/3: its response over {} has no h3 in alt-svc",
            call.prepared.url, response.version
        ));
        return Ok(response);
    };
    hops.push(hop(&call.prepared, &response, trace));
    Box::pin(http3::exchange(call, Some(&alternative), trace)).await
}

/// Whether the answer says that the configured credentials are not good.
fn refuses_credentials(call: &Call<'_>, response: &Response) -> bool {
    let (request, prepared) = (call.request, &call.prepared);
    match response.status {
        401 => prepared.authorization.is_some() || (request.auth.is_some() && prepared.at_home),
        403 => prepared.at_home && matches!(request.auth, Some(Auth::SigV4(_))) && sigv4::refuses(response),
        407 => request.proxy.as_ref().is_some_and(|proxy| proxy.has_credentials()),
        _ => false,
    }
}

fn too_many(max: u32, prepared: &Prepared) -> Fault {
    let detail = Detail::http("ERR_TOO_MANY_REDIRECTS", None);
    let message = format!("more than {max} redirects; the last one came from {}", prepared.url);
    Fault::new(Code::TooManyRedirects, Phase::Send, detail, message)
}

fn with_hops(fault: Fault, hops: &[Hop]) -> Fault {
    if hops.is_empty() {
        return fault;
    }
    let list = hops
        .iter()
        .map(|hop| Fact::map([("url", hop.url.as_str().into()), ("status", hop.status.into())]))
        .collect();
    fault.with("hops", Fact::List(list))
}
