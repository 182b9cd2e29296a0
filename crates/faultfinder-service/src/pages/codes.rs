//! The taxonomy: what each code means, and what to do about it.

use super::frame::{Frame, Section, shown};
use super::text::{Piece, pieces};
use super::verdict::blame;
use super::viewer::Viewer;
use crate::api::path::Named;
use crate::api::problem::Problem;
use askama::Template;
use axum::response::Response;
use faultfinder_taxonomy::{Code, Elsewhere, Explanation};

#[derive(Template)]
#[template(path = "codes.html")]
struct CodesView {
    frame: Frame,
    /// Each with who is usually to blame.
    codes: Vec<(&'static Explanation, &'static str)>,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodeView {
    frame: Frame,
    code: &'static Explanation,
    protocols: String,
    phases: String,
    blame: &'static str,
    /// The description, with what is code in it.
    description: Vec<Piece>,
    hints: Vec<Vec<Piece>>,
    /// What its faults are called elsewhere.
    elsewhere: Vec<&'static Elsewhere>,
    /// Whether the viewer may see which tests have it.
    is_linked: bool,
}

pub(super) async fn list(viewer: Viewer) -> Result<Response, Problem> {
    let codes =
        Code::ALL.iter().map(|code| code.explanation()).map(|code| (code, blame(code.blame))).collect();
    shown(&CodesView { frame: Frame::new("Codes", Section::Codes, &viewer), codes })
}

pub(super) async fn get(viewer: Viewer, Named(name): Named) -> Result<Response, Problem> {
    let code = Code::ALL.iter().copied().find(|code| code.as_str() == name);
    let code = code.ok_or_else(|| Problem::not_found("code", &name))?.explanation();
    let words = |words: Vec<&str>| words.join(", ");
    let view = CodeView {
        frame: Frame::new(code.code.as_str(), Section::Codes, &viewer),
        protocols: words(code.protocols.iter().map(|protocol| protocol.as_str()).collect()),
        phases: words(code.phases.iter().map(|phase| phase.as_str()).collect()),
        blame: blame(code.blame),
        description: pieces(code.description),
        hints: code.hints.iter().copied().map(pieces).collect(),
        elsewhere: Elsewhere::of(code.code).collect(),
        is_linked: viewer.may(crate::token::Scope::TestsRead),
        code,
    };
    shown(&view)
}
