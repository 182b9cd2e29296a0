//! The fields of `http` requests.

mod auth;
mod check;
mod table;

pub(crate) use check::check;
pub(crate) use table::{REDIRECTS_MAX, TABLE};
