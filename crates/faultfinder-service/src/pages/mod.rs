//! The web pages at `/`: what the API knows, for people.
//!
//! Every page is made here, as a whole, and is of use without a script. A handler takes a [`Viewer`](viewer::Viewer), who has
//! signed in and may see what its token may, gathers a view (plain data, in words), and [`frame`] renders it with a template
//! of `templates/`. Templates escape all text; [`text::visible`] then shows every character that would act on the text around
//! it. Changes go the way of the API: the same functions, the same audit log.
//!
//! Errors are written by the outermost layer of the API, which calls [`error_page`].

mod text; // words for people: times, durations, what would not be seen
mod moment; // points in time, as pages show them
mod assets; // the stylesheet, the script, the icon
mod sessions; // who has signed in
mod streams; // how many browsers wait for changes
mod cookie; // what the browser keeps of a session
mod viewer; // who asks for a page
mod form; // bodies of forms
mod frame; // what all pages share
mod error; // errors as pages
mod silences; // times in which nothing is sent
mod sign_in; // signing in and out
mod condition; // how a test is now
mod marks; // the latest runs as a row of marks
mod chart; // coordinates of drawings
mod latency; // how long runs took, over time
mod phases; // the phases of one run, and of several
mod facts; // evidence and observations, in rows
mod certificates; // chains and what is wrong with them
mod overview; // all tests
mod uptime; // the share of runs that passed
mod test; // one test
mod actions; // what buttons do
mod verdict; // what came of a run, in its parts
mod result; // one result
mod codes; // the taxonomy
mod alerts; // what went wrong for long enough
mod trial; // what came of trying a notifier out
mod events; // what changed
mod definitions; // files
mod tokens; // who may do what
mod audit; // who did what
mod live; // that something has changed
mod status; // what anyone may see
mod router; // which page is where

pub(crate) use error::error_page;
pub(crate) use router::router;
