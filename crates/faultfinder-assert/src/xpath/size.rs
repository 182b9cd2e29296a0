//! How large a document is, and how large it may be.

use uppsala::{Document, NodeKind};

/// Most nodes that a query visits: half a second on a processor of 2020.
pub(super) const VISITS_MAX: usize = 4_000_000;
/// Most bytes of text that a query may copy: a quarter of a second.
pub(super) const COST_MAX: u64 = 512 << 20;
/// Deepest nesting of elements.
pub(super) const DEPTH_MAX: u32 = 256;

/// How large a document is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// The texts of all elements together: a text counts for every element around it.
    pub(super) texts: u64,
    pub(super) depth: u64,
}

impl Size {
    pub(super) fn of(document: &Document<'_>) -> Self {
        let mut size = Self { texts: 0, depth: 1 };
        let mut waiting = vec![(document.root(), 1_u64)];
        while let Some((node, depth)) = waiting.pop() {
            size.depth = size.depth.max(depth);
            if let Some(NodeKind::Text(text) | NodeKind::CData(text)) = document.node_kind(node) {
                let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
                size.texts = size.texts.saturating_add(length.saturating_mul(depth));
            }
            waiting.extend(document.children_iter(node).map(|child| (child, depth + 1)));
        }
        size
    }
}
