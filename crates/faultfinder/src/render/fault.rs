//! Why an attempt failed, for people.

use super::fact;
use super::text::{bullet, hanging, inert};
use crate::paint::Paint;
use faultfinder_taxonomy::{Blame, Detail, Fault};

/// Evidence that is shown in a better form elsewhere in the result.
const ELSEWHERE: &[&str] = &["chain", "events", "addresses", "connects", "peer", "server_name", "hops"];

/// `SSL CERT_HAS_EXPIRED during tls`, the message, and who has to act.
pub(crate) fn head(fault: &Fault, paint: Paint, width: usize) -> String {
    let mut text = format!("  {}\n", title(fault, paint));
    text.push_str(&hanging(&inert(&fault.message), "  ", "  ", width));
    text.push_str(&format!(
        "  {} {}{}\n",
        paint.faint("blame:"),
        blame(fault.blame),
        also(&fault.detail, paint)
    ));
    text
}

/// `SSL CERT_HAS_EXPIRED during tls`.
pub(crate) fn title(fault: &Fault, paint: Paint) -> String {
    let code = paint.bad(fault.code.as_str());
    let during = paint.faint("during");
    let detail = match &fault.detail {
        // The assertions themselves are listed below; the subject of the first is not a name.
        Detail::Assertion { failed, .. } => {
            crate::diagnostics::plural(failed.len(), "assertion", "assertions")
        }
        detail => inert(detail.name()),
    };
    let place = match &fault.detail {
        Detail::Verify { depth, .. } => format!(" at depth {depth}"),
        Detail::Definition { field, .. } if !field.is_empty() => format!(" in {}", inert(field)),
        _ => String::new(),
    };
    format!("{code} {}{place} {during} {}", paint.strong(&detail), fault.phase)
}

/// Who has to act, in words.
pub(crate) fn blame(blame: Blame) -> &'static str {
    match blame {
        Blame::Target => "the target",
        Blame::Network => "the network between here and the target",
        Blame::Definition => "the definition of the test",
        Blame::Credentials => "the credentials of the test",
        Blame::Ourselves => "Faultfinder or this host, not the target",
        _ => blame.as_str(),
    }
}

/// What other tools call it.
fn also(detail: &Detail, paint: Paint) -> String {
    let alias = match detail {
        Detail::Dns { alias, .. } | Detail::Verify { alias, .. } | Detail::Tls { alias, .. } => {
            alias.as_deref()
        }
        _ => None,
    };
    alias
        .filter(|alias| *alias != detail.name())
        .map_or_else(String::new, |alias| format!("   {} {alias}", paint.faint("also called:")))
}

/// The evidence that stands nowhere else.
pub(crate) fn evidence(fault: &Fault, paint: Paint) -> String {
    fact::block(fault.evidence.iter().filter(|(name, _)| !ELSEWHERE.contains(name)), 4, paint)
}

/// What to do next.
pub(crate) fn hints(fault: &Fault, width: usize) -> String {
    fault.hints.iter().map(|hint| bullet(&inert(hint), 4, width)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_taxonomy::{Code, Errno, Phase, ResponseCode};

    #[test]
    fn the_head_names_code_detail_phase_and_blame() {
        let fault = Fault::new(
            Code::ConnRefused,
            Phase::Connect,
            Detail::errno(Errno::ConnRefused),
            "127.0.0.1:1 refused the connection",
        );
        assert_eq!(
            head(&fault, Paint::plain(), 100),
            "  CONNREFUSED ECONNREFUSED during connect\n  127.0.0.1:1 refused the connection\n  blame: the target\n"
        );
    }

    #[test]
    fn the_name_that_other_tools_use_is_told() {
        let fault =
            Fault::new(Code::Dns, Phase::Resolve, Detail::rcode(ResponseCode::new(3)), "no such name");
        assert!(head(&fault, Paint::plain(), 100).ends_with("   also called: ENOTFOUND\n"));
    }
}
