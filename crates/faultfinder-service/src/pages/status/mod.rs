//! Status pages: what anyone may see of some tests, without signing in.
//!
//! What a page says is gathered at most once in a few seconds, however many ask.

mod condition; // how a component is now
mod days; // how the runs of each day ended
mod incident; // times in which a component did not work
mod survey; // what a page says now
mod cached; // the latest of it
mod page; // as a web page
mod feed; // as a feed
mod badge; // as an image
mod summary; // as JSON

pub(super) use badge::get as badge;
pub(super) use cached::Surveys;
pub(super) use feed::get as feed;
pub(super) use page::{get as page, logo};
pub(super) use summary::get as summary;
