//! The HTTP API under `/api/v1`, and the routes outside of it. Pages ([`crate::pages`]) use the same parts.
//!
//! Every error, from whichever layer, is the envelope of [`faultfinder_taxonomy::ErrorEnvelope`]: handlers and extractors
//! answer with a [`Problem`](problem::Problem), and the outermost layer ([`outer`]) writes it, with a reference that the log
//! has too. What comes to that layer as an error without a problem (a route that is not there, a panic) becomes one there;
//! what the HTTP server itself refuses before any layer is rewritten on its way out ([`wire`]).

pub(crate) mod context; // who asks, and the trace of the request
pub(crate) mod status; // the statuses of errors
pub(crate) mod problem; // what is wrong with a request, or with us
mod envelope; // problems -> envelopes
mod reply; // successes, with warnings
pub(crate) mod html; // what the layers know of pages
mod exchange; // what the connection and the layers tell each other
mod patient; // writes, bounded in time
mod linger; // the end of a connection whose client still sends
mod wire; // heads that take too long, the server's own refusals, the end of a connection
pub(crate) mod client; // whose request it is, also behind proxies
mod serve; // connections: accepting, limits, TLS, the graceful end
mod gate; // pages of others, and names that are not ours
mod budget; // the memory of answers that are not written yet
mod outer; // the outermost layer: envelopes, panics, the log
pub(crate) mod access; // tokens and scopes
mod idempotency; // requests that are sent again
pub(crate) mod admit; // requests that are turned away before anything is done for them
mod unambiguous; // JSON without a name that an object has twice
pub(crate) mod body; // JSON bodies, with everything that is wrong with them
pub(crate) mod path; // what a path names
pub(crate) mod query; // query strings, likewise
pub(crate) mod cursor; // where a page ends
pub(crate) mod elsewhere; // what takes long, on threads of its own
mod definition; // definitions in bodies: diagnostics -> violations
mod restored; // stored tests -> tests that can be run
pub(crate) mod resources; // what is shown of tests, results, tokens
mod openapi; // the document that describes it all
pub(crate) mod routes; // one module per resource
mod router; // which route is whose

pub(crate) use restored::restored;
pub(crate) use router::router;
pub(crate) use serve::{Door, Latecomers, listen, serve};
