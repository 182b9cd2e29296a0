//! One request with its redirects.

use crate::arrived::Arrived;
use crate::call::Call;
use crate::prepared::Prepared;
use crate::proof::sigv4;
use crate::redirect;
use crate::{Auth, Hop, Request, Response, Unanswerable, alternative, authenticate, http3, prepare};
use faultfinder_net::{Deadline, Trace, Vantage, after_redirects, first_of, too_many_redirects};
use faultfinder_taxonomy::word::HttpVersion;
use faultfinder_taxonomy::{Fault, Phase, Report};

/// Sends one request and follows its redirects, as far as its options say.
///
/// Dropping the future closes the connection. Time runs out by [`Request::client`]'s budgets and ends in a report
/// with the phases that were complete.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    probe_keeping(vantage, request).await.0
}

/// The same, and what had arrived of a response that is not complete: its head, and the first 4 KiB of its body as they
/// came.
pub async fn probe_keeping(vantage: &Vantage, request: &Request) -> (Report<Response>, Option<Response>) {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let mut hops = Vec::new();
    let arrived = Arrived::default();
    // Boxed, like the stages below it: a future of this size must not be moved about.
    let work = Box::pin(follow(vantage, request, (&arrived, deadline), &mut trace, &mut hops));
    let outcome = deadline.limit(work).await.unwrap_or_else(|| {
        arrived.note_phase(&mut trace);
        Err(trace.timed_out(&deadline))
    });
    let mut partial = None;
    let outcome = match outcome {
        Ok(mut response) => {
            response.hops = hops;
            Ok(response)
        }
        Err(fault) => {
            let (fault, came) = arrived.into_fault(fault, deadline.budget());
            partial = came;
            let hops: Vec<_> = hops.iter().map(|hop| (hop.url.as_str(), hop.status)).collect();
            Err(after_redirects(fault, &hops))
        }
    };
    (trace.into_report(outcome), partial)
}

/// Exchange after exchange until an answer is final.
async fn follow(
    vantage: &Vantage,
    request: &Request,
    (arrived, deadline): (&Arrived, Deadline),
    trace: &mut Trace,
    hops: &mut Vec<Hop>,
) -> Result<Response, Fault> {
    let prepared = prepare::prepare(request).map_err(first_of)?;
    let mut call = Call::new(vantage, request, prepared, arrived, deadline);
    let mut redirects = 0;
    loop {
        let mut response = authenticate::exchange(&mut call, trace).await?;
        if request.version == HttpVersion::Discover {
            response = discover(&call, response, trace, hops).await?;
        }
        response.credentials_refused = refuses_credentials(&call, &response);
        if request.auth.is_some() && !call.prepared.at_home && matches!(response.status, 401 | 403) {
            trace.warn(format!(
                "{} answered with status {}: the credentials of the test are not sent there, because a redirect led to another \
                 origin",
                call.prepared.url, response.status
            ));
        }
        note_proxy(&call, &mut response);
        call.cookies.take(&call.prepared.url, &response.headers);
        if !request.follow_redirects {
            return Ok(response);
        }
        match redirect::target(&call.prepared, &response)? {
            None => return Ok(response),
            Some(next) => {
                if redirects >= usize::try_from(request.max_redirects).unwrap_or(usize::MAX) {
                    let fault = too_many_redirects(request.max_redirects, &call.prepared.url, Phase::Send);
                    return Err(match wants_cookie(request, &response) {
                        true => fault.with_hint(WANTS_COOKIE),
                        false => fault,
                    });
                }
                redirects += 1;
                hops.push(hop(&call.prepared, &response, trace));
                call.prepared = redirect::next(call.prepared, next, response.status);
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
    // This does not count as a redirect: both exchanges count for their phases.
    let (url, timings) = (call.prepared.url.to_string(), trace.next_exchange());
    hops.push(Hop { url, status: response.status, timings });
    call.arrived.reset();
    Box::pin(http3::exchange(call, Some(&alternative), trace)).await
}

/// Whether the answer says that the configured credentials are not good.
fn refuses_credentials(call: &Call<'_>, response: &Response) -> bool {
    let (request, prepared) = (call.request, &call.prepared);
    match response.status {
        401 => prepared.authorization.is_some() || (request.auth.is_some() && prepared.at_home),
        403 => {
            prepared.at_home
                && matches!(request.auth.as_deref(), Some(Auth::SigV4(_)))
                && sigv4::refuses(response)
        }
        // Only a proxy sends it: the target was not asked.
        407 => call.is_forwarded(),
        _ => false,
    }
}

/// What to do about redirects that never end because the cookie that they set never comes back.
const WANTS_COOKIE: &str =
    "the redirects set a cookie that is not sent back: set `persist_cookies: true`, as browsers do";

/// Whether a redirect sets a cookie that the test drops.
fn wants_cookie(request: &Request, response: &Response) -> bool {
    !request.persist_cookies
        && request.cookie_jar.is_none()
        && response.headers.iter().any(|(name, _)| name == "set-cookie")
}

/// Says why a proxy refused, when the test has no credentials for it.
fn note_proxy(call: &Call<'_>, response: &mut Response) {
    let has_credentials = call.request.proxy.as_ref().is_some_and(|proxy| proxy.has_credentials());
    if response.status == 407 && response.credentials_refused && !has_credentials {
        response.unanswerable = Some(Unanswerable::by_these("the test has no credentials for the proxy"));
    }
}
