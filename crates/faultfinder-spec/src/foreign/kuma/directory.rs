//! What the monitors of a backup refer to by an id: groups, proxies and notifiers.

use crate::TAGS_MAX;
use crate::text::quoted;
use crate::yaml::{Kind, Node};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The list of monitors.
pub(super) const MONITORS: &str = "monitorList";

/// The list of notifiers.
pub(super) const NOTIFIERS: &str = "notificationList";

/// The list of proxies, in versions that have it.
pub(super) const PROXIES: &str = "proxyList";

/// What monitors refer to, by id.
pub(super) struct Directory<'n> {
    /// Name and parent of each monitor that is a group.
    groups: HashMap<&'n str, (&'n str, Option<&'n str>)>,
    proxies: HashMap<&'n str, &'n Rc<Node>>,
    /// The notifiers as they are shown, in order.
    notifiers: Vec<String>,
    /// Which of them has an id.
    notifier_ids: HashMap<&'n str, usize>,
}

impl<'n> Directory<'n> {
    /// What a backup has. What is not as it should be is not in it.
    pub(super) fn of(root: &'n Node) -> Self {
        let groups = items(root, MONITORS).iter().filter(|node| text(node, "type") == Some("group"));
        let groups =
            groups.filter_map(|node| Some((text(node, "id")?, (text(node, "name")?, text(node, "parent")))));
        let proxies = items(root, PROXIES).iter().filter_map(|node| Some((text(node, "id")?, node)));
        let notifiers = items(root, NOTIFIERS);
        let ids = notifiers.iter().enumerate().filter_map(|(at, node)| Some((text(node, "id")?, at)));
        Self {
            groups: groups.collect(),
            proxies: proxies.collect(),
            notifiers: notifiers.iter().map(|node| notifier(node)).collect(),
            notifier_ids: ids.collect(),
        }
    }

    /// The names of the groups that a monitor is in, from the outermost.
    pub(super) fn groups_above(&self, parent: Option<&'n str>) -> Vec<&'n str> {
        let mut names = Vec::new();
        let mut seen = HashSet::new();
        let mut next = parent;
        while let Some(id) = next.filter(|id| names.len() < TAGS_MAX && seen.insert(*id)) {
            let Some((name, parent)) = self.groups.get(id) else { break };
            names.push(*name);
            next = *parent;
        }
        names.reverse();
        names
    }

    /// A proxy by its id.
    pub(super) fn proxy(&self, id: &str) -> Option<&'n Rc<Node>> {
        self.proxies.get(id).copied()
    }

    /// All notifiers, as they are shown.
    pub(super) fn notifiers(&self) -> &[String] {
        &self.notifiers
    }

    /// A notifier by its id, as it is shown.
    pub(super) fn notifier(&self, id: &str) -> Option<&str> {
        self.notifier_ids.get(id).and_then(|at| self.notifiers.get(*at)).map(String::as_str)
    }
}

/// The items of a list.
fn items<'n>(root: &'n Node, name: &str) -> &'n [Rc<Node>] {
    match root.get(name).map(|list| &list.kind) {
        Some(Kind::Sequence(items)) => items,
        _ => &[],
    }
}

/// A field that is text or a number.
pub(super) fn text<'n>(node: &'n Node, field: &str) -> Option<&'n str> {
    let scalar = node.get(field)?.scalar()?;
    (!scalar.is_null() && !scalar.text.is_empty()).then_some(scalar.text.as_str())
}

/// Name and type of a notifier. Its other settings may be secret.
fn notifier(node: &Node) -> String {
    let name = quoted(text(node, "name").unwrap_or("without a name"));
    let config = text(node, "config").and_then(|config| serde_json::from_str(config).ok());
    let config: serde_json::Value = config.unwrap_or_default();
    let kind = config.get("type").and_then(serde_json::Value::as_str).or_else(|| text(node, "type"));
    let is_word = |kind: &&str| kind.chars().all(|c| c.is_ascii_alphanumeric() || "-_ ".contains(c));
    match kind.filter(is_word) {
        Some(kind) => format!("{name} ({kind})"),
        None => name,
    }
}
