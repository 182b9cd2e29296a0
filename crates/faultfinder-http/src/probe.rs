//! One request with its redirects.

use crate::alternative;
use crate::auth;
use crate::cookies::Cookies;
use crate::prepare::{self, Prepared};
use crate::redirect::{self, Redirect};
use crate::{Auth, Hop, Request, Response, http3};
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
    let mut prepared = prepare::prepare(request).map_err(first_of)?;
    let mut redirects = 0;
    let mut cookies = Cookies::new(request.persist_cookies);
    loop {
        let mut response = auth::exchange(vantage, request, &mut prepared, &mut cookies, trace).await?;
        if request.version == HttpVersion::Discover {
            response = discover((vantage, request, &prepared), response, &cookies, (trace, hops)).await?;
        }
        response.credentials_refused = refuses_credentials(request, &prepared, &response);
        cookies.take(&prepared.url, &response.headers);
        if !request.follow_redirects {
            return Ok(response);
        }
        match redirect::target(&prepared, &response)? {
            Redirect::None => return Ok(response),
            Redirect::To(next) => {
                if redirects >= usize::try_from(request.max_redirects).unwrap_or(usize::MAX) {
                    return Err(too_many(request.max_redirects, &prepared));
                }
                redirects += 1;
                let timings = trace.next_hop();
                hops.push(Hop { url: prepared.url.to_string(), status: response.status, timings });
                prepared = redirect::next(prepared, *next, response.status);
            }
        }
    }
}

/// Asks once more over HTTP/3, where the answer offers that.
async fn discover(
    (vantage, request, prepared): (&Vantage, &Request, &Prepared),
    response: Response,
    cookies: &Cookies,
    (trace, hops): (&mut Trace, &mut Vec<Hop>),
) -> Result<Response, Fault> {
    let Some(alternative) = alternative::http3(&response.headers) else {
        trace.warn(format!(
            "{} does not offer HTTP/3: its answer over {} has no h3 in alt-svc",
            prepared.url, response.version
        ));
        return Ok(response);
    };
    let timings = trace.next_hop();
    hops.push(Hop { url: prepared.url.to_string(), status: response.status, timings });
    let cookies = cookies.header(prepared);
    Box::pin(http3::exchange(vantage, request, prepared, cookies, Some(&alternative), trace)).await
}

/// Whether the answer says that the configured credentials are not good.
fn refuses_credentials(request: &Request, prepared: &Prepared, response: &Response) -> bool {
    match response.status {
        401 => prepared.authorization.is_some() || (request.auth.is_some() && prepared.at_home),
        403 => {
            prepared.at_home
                && matches!(request.auth, Some(Auth::SigV4(_)))
                && auth::refuses_signature(response)
        }
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
