//! Who answered in place of the application, for people.

use super::text::{bullet, hanging, inert};
use crate::paint::Paint;
use faultfinder_engine::Observed;
use faultfinder_taxonomy::EdgeAnswer;

/// Who answered and what shows it, and what to do; nothing if the application answered.
pub(super) fn lines(observed: &Observed, paint: Paint, width: usize) -> String {
    let Some(edge) = &observed.edge else { return String::new() };
    let text = hanging(&sentence(edge), "  ", "  ", width);
    let text = text.replacen("Answered by", &paint.warn("Answered by"), 1);
    text + &bullet(&inert(&edge.remedy), 2, width)
}

/// Who answered and what shows it, as a sentence on one line.
pub(super) fn sentence(edge: &EdgeAnswer) -> String {
    let text = inert(&edge.to_string());
    let rest = text.strip_prefix("answered").unwrap_or(&text);
    format!("Answered{rest}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_taxonomy::{EdgeConfidence, EdgeFinding, EdgeProvider};

    #[test]
    fn who_answered_is_a_sentence_and_what_to_do_a_point() {
        let mut observed = Observed::default();
        assert_eq!(lines(&observed, Paint::plain(), 80), "");
        let (provider, finding) = (EdgeProvider::Sucuri, EdgeFinding::Blocked);
        let mut edge = EdgeAnswer::new(provider, finding, EdgeConfidence::Certain, "Allow this probe.");
        edge.evidence = vec!["x-sucuri-block: \u{1b}[31mEVA079".to_owned()];
        edge.reference = Some("EVA079".to_owned());
        observed.edge = Some(Box::new(edge));
        assert_eq!(
            lines(&observed, Paint::plain(), 80),
            "  Answered by Sucuri, not by the application: blocked (certain): x-sucuri-block:\n  \
             \\u{1b}[31mEVA079; reference EVA079.\n  → Allow this probe.\n"
        );
    }
}
