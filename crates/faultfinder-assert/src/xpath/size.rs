//! How large a document is, and how large it may be.

use uppsala::{Document, NodeKind};

/// Most nodes that a query visits: half a second on a processor of 2020.
pub(super) const VISITS_MAX: usize = 4_000_000;
/// Most bytes of text that a query may copy: a quarter of a second.
pub(super) const COST_MAX: u64 = 512 << 20;
/// Most memory that a document may take, in bytes, as it is counted here.
pub(super) const MEMORY_MAX: usize = 78 << 20;
/// What the library takes for a node, and in addition for an attribute, as it was measured.
const NODE_BYTES: usize = 256;
const ATTRIBUTE_BYTES: usize = 384;
/// Deepest nesting of elements.
pub(super) const DEPTH_MAX: u32 = 256;

/// How large a document is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// The texts of all elements together: a text counts for every element around it.
    pub(super) texts: u64,
    pub(super) depth: u64,
}

/// Refuses what would take too much memory: so many nodes and attributes.
pub(super) fn check_memory(nodes: usize, attributes: usize) -> Result<(), String> {
    let bytes = nodes.saturating_mul(NODE_BYTES).saturating_add(attributes.saturating_mul(ATTRIBUTE_BYTES));
    if bytes <= MEMORY_MAX {
        return Ok(());
    }
    let (needed, most) = (bytes >> 20, MEMORY_MAX >> 20);
    Err(format!(
        "the body is too large for XPath: its elements and texts take about {needed} MiB of memory, and at most {most} may be"
    ))
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
