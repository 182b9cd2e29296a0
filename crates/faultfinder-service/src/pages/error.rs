//! Errors as pages.

use super::frame::{Frame, rendered};
use crate::api::html::Failure;
use crate::api::status::Status;
use askama::Template;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorView {
    frame: Frame,
    status: u16,
    heading: &'static str,
    message: String,
    details: Vec<String>,
    retry_after: Option<u64>,
    reference: String,
    trace: String,
    /// The same page, for somebody who comes from a page of another site.
    onward: Option<String>,
}

/// The page of an error.
pub(crate) fn error_page(failure: &Failure<'_>) -> String {
    let problem = failure.problem;
    let status = problem.status;
    // A link on another site leads here. The browser says so and leaves out the cookie; a click on this page is our own.
    let is_from_elsewhere = problem.error_code == "OriginNotAllowed";
    let onward = failure.target.filter(|target| is_from_elsewhere && !target.starts_with("//"));
    let view = ErrorView {
        frame: Frame::bare(heading(status)),
        status: status.code().as_u16(),
        heading: heading(status),
        message: match onward {
            Some(_) => "A page of another site has led you here.".to_owned(),
            None => problem.message.clone(),
        },
        details: problem
            .violations
            .iter()
            .map(|one| match one.path.as_deref() {
                Some(path) if !path.is_empty() => format!("{path} {}", one.message),
                _ => one.message.clone(),
            })
            .collect(),
        retry_after: problem.retry_after_seconds,
        reference: failure.reference.to_owned(),
        trace: failure.trace.as_str().to_owned(),
        onward: onward.map(str::to_owned),
    };
    rendered(&view).unwrap_or_else(|_| format!("{} {}", view.status, view.heading))
}

const fn heading(status: Status) -> &'static str {
    match status {
        Status::BadRequest => "This request cannot be read",
        Status::Unauthorized => "Sign in first",
        Status::Forbidden => "Not allowed",
        Status::NotFound => "Not found",
        Status::MethodNotAllowed => "This page cannot do that",
        Status::RequestTimeout => "The request took too long to arrive",
        Status::Conflict => "It has changed in the meantime",
        Status::Gone => "No longer here",
        Status::TooManyRequests => "Too many requests",
        Status::HeadersTooLarge => "The head of the request is too large",
        Status::Internal => "Something went wrong in this service",
        Status::NotImplemented => "Not supported here",
        Status::Unavailable => "Not available at the moment",
    }
}
