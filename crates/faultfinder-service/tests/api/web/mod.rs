//! The web pages, as a browser sees them.

mod browser; // a browser: it keeps cookies, and says of itself what browsers say
mod silences; // the page of silences, and what other pages say of them
mod signing_in; // signing in and out, sessions, forms
mod rights; // what a session may see and do
mod hostile; // names and responses that want to be more than text
mod crawl; // every link of every page
mod lists; // the list of tests, page by page
mod one_test; // the page of a test, and its buttons
mod results; // the page of a result, and what changed
mod errors; // errors as pages
mod tokens; // the pages of tokens and of who did what
mod status; // status pages, which anyone may see
mod live; // pages that follow what changes
