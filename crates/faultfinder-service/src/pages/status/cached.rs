//! The latest survey of each status page.

use super::survey::{Survey, survey};
use crate::api::problem::Problem;
use crate::service::Service;
use crate::status_page::StatusPage;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long a survey is shown before there is a new one.
pub(super) const SHOWN_FOR: Duration = Duration::from_secs(10);

/// The latest survey of each status page, in the order of the pages.
#[derive(Debug, Default)]
pub(in crate::pages) struct Surveys(Vec<Mutex<Option<Latest>>>);

/// A survey, and when it was made.
#[derive(Debug)]
struct Latest {
    at: Instant,
    survey: Arc<Survey>,
}

impl Surveys {
    pub(in crate::pages) fn new(pages: &[StatusPage]) -> Self {
        Self(pages.iter().map(|_| Mutex::default()).collect())
    }

    /// The page of this path, and what it says. Of many who ask at once one gathers it, and the others wait.
    ///
    /// # Errors
    ///
    /// 404 without such a page, and what the store says.
    pub(super) async fn of<'s>(
        &self,
        service: &'s Service,
        path: &str,
    ) -> Result<(&'s StatusPage, Arc<Survey>), Problem> {
        let pages = service.config().status_pages.iter().zip(&self.0);
        let (page, latest) = pages
            .into_iter()
            .find(|(page, _)| page.path == path)
            .ok_or_else(|| Problem::not_found("status page", path))?;
        let mut latest = latest.lock().await;
        if let Some(known) = latest.as_ref().filter(|known| known.at.elapsed() < SHOWN_FOR) {
            return Ok((page, Arc::clone(&known.survey)));
        }
        let fresh = Arc::new(survey(service, page).await?);
        *latest = Some(Latest { at: Instant::now(), survey: Arc::clone(&fresh) });
        Ok((page, fresh))
    }
}
