//! What pages load: the stylesheet, the script and the icon, under names that change with what is in them.

use crate::api::html;
use crate::api::problem::Problem;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// A file that pages load.
#[derive(Debug)]
pub(super) struct Asset {
    /// Its path, with a hash of what is in it.
    pub(super) path: String,
    content: &'static str,
    content_type: &'static str,
}

/// All files that pages load.
#[derive(Debug)]
pub(super) struct Assets {
    pub(super) style: Asset,
    pub(super) script: Asset,
    pub(super) icon: Asset,
}

/// Where they are.
const FOLDER: &str = "/assets/";

/// What is kept of them: a name means the same content for ever.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

pub(super) static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: Asset::new("style", "css", include_str!("../../assets/style.css"), "text/css; charset=utf-8"),
    script: Asset::new("live", "js", include_str!("../../assets/live.js"), "text/javascript; charset=utf-8"),
    icon: Asset::new("icon", "svg", include_str!("../../assets/icon.svg"), "image/svg+xml"),
});

impl Asset {
    fn new(name: &str, ending: &str, content: &'static str, content_type: &'static str) -> Self {
        let hash: String = Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { path: format!("{FOLDER}{name}-{hash}.{ending}"), content, content_type }
    }
}

/// One of them. They are the same for everyone, so nobody has to sign in for them.
pub(super) async fn get(Path(name): Path<String>) -> Result<Response, Problem> {
    let all = [&ASSETS.style, &ASSETS.script, &ASSETS.icon];
    let found = all.into_iter().find(|asset| asset.path.strip_prefix(FOLDER) == Some(name.as_str()));
    let asset = found.ok_or_else(|| Problem::not_found("file", &name))?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, KEPT);
    html::secure(&mut headers);
    Ok((headers, asset.content).into_response())
}
