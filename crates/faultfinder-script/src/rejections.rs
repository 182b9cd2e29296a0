//! Promises that are rejected and that nothing handles: checks in asynchronous functions that do not hold.

use rquickjs::{Ctx, Persistent, Runtime, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// Most promises that wait for being handled.
const REJECTIONS_MAX: usize = 1_000;

/// The promises that are rejected and not handled yet.
#[derive(Clone, Default)]
pub(crate) struct Rejections(Rc<RefCell<Waiting>>);

#[derive(Default)]
struct Waiting {
    /// Each promise with its reason, in the order in which they were rejected.
    promises: Vec<(Persistent<Value<'static>>, Persistent<Value<'static>>)>,
    /// Whether there were more than are kept.
    are_too_many: bool,
}

impl Rejections {
    /// Notes what is rejected in an engine.
    pub(crate) fn of(runtime: &Runtime) -> Self {
        let rejections = Self::default();
        let noted = rejections.clone();
        runtime.set_host_promise_rejection_tracker(Some(Box::new(
            move |ctx, promise, reason, is_handled| match is_handled {
                true => noted.remove(&ctx, &promise),
                false => noted.add(&ctx, promise, reason),
            },
        )));
        rejections
    }

    fn add<'js>(&self, ctx: &Ctx<'js>, promise: Value<'js>, reason: Value<'js>) {
        let mut waiting = self.0.borrow_mut();
        if waiting.promises.len() >= REJECTIONS_MAX {
            waiting.are_too_many = true;
            return;
        }
        let promise = Persistent::save(ctx, promise);
        waiting.promises.push((promise, Persistent::save(ctx, reason)));
    }

    /// Takes off a promise that is handled after all.
    fn remove<'js>(&self, ctx: &Ctx<'js>, promise: &Value<'js>) {
        let mut waiting = self.0.borrow_mut();
        let is_other = |known: &Persistent<Value<'static>>| {
            known.clone().restore(ctx).is_ok_and(|known| known != *promise)
        };
        waiting.promises.retain(|(known, _)| is_other(known));
    }

    /// Whether there were more than could be noted.
    pub(crate) fn are_too_many(&self) -> bool {
        self.0.borrow().are_too_many
    }

    /// Why the first was rejected that nothing has handled. They are forgotten.
    pub(crate) fn first<'js>(&self, ctx: &Ctx<'js>) -> Option<Value<'js>> {
        // They must not live longer than the engine.
        let promises = std::mem::take(&mut self.0.borrow_mut().promises);
        promises.into_iter().next().and_then(|(_, reason)| reason.restore(ctx).ok())
    }

    /// Forgets them, before the engine ends.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().promises.clear();
    }
}
