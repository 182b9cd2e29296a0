//! The phrases, and what to say instead.

use super::prose::{CODE, Word};
use std::collections::HashSet;

/// A phrase that was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its line, from 1.
    pub(super) line: usize,
    /// The phrase.
    pub(super) phrase: String,
    /// What to say instead.
    pub(super) instead: String,
}

/// A phrase: word by word, each with its forms.
struct Phrase {
    words: &'static [&'static [&'static str]],
    /// Words behind it that make it another phrase, which is fine.
    unless_before: &'static [&'static str],
    /// Words ahead of it that make it another phrase, which is fine.
    unless_after: &'static [&'static str],
    /// Whether another word must follow, which is part of it.
    needs_more: bool,
    instead: &'static str,
}

const fn phrase(words: &'static [&'static [&'static str]], instead: &'static str) -> Phrase {
    Phrase { words, unless_before: &[], unless_after: &[], needs_more: false, instead }
}

const TO_BE: &[&str] = &["is", "are", "was", "were", "be", "been", "being", "isn't"];
const TO_STAND: &[&str] = &["stand", "stands", "stood", "standing"];

/// What makes "is no" the beginning of a comparison or of a fixed phrase.
const COMPARISONS: &[&str] = &[
    "longer",
    "more",
    "less",
    "fewer",
    "better",
    "worse",
    "later",
    "earlier",
    "sooner",
    "larger",
    "smaller",
    "greater",
    "higher",
    "lower",
    "shorter",
    "older",
    "newer",
    "different",
    "further",
    "doubt",
    "matter",
];

/// The private dialect. A longer phrase is ahead of one that it contains.
const DIALECT: &[Phrase] = &[
    phrase(&[TO_BE, &["told"]], "is reported, is shown, gets"),
    phrase(&[&["told"]], "reported, shows, says"),
    phrase(&[&["tell", "tells", "telling"], &["of"]], "reports, shows, says"),
    Phrase {
        words: &[TO_BE, &["no"]],
        unless_before: COMPARISONS,
        unless_after: &["there", "there's"],
        needs_more: true,
        instead: "is not a valid X, is not an X",
    },
    phrase(&[&["besides"]], "also, in addition to"),
    phrase(&[TO_STAND, &["beside"]], "is next to, can be combined with"),
    phrase(&[TO_STAND, &["in"]], "is in"),
    phrase(&[&["mend", "mends", "mended", "mending"]], "fix, how to fix it, rewrites"),
    phrase(&[&["whoever", "whomever"]], "anyone who, clients that"),
    phrase(&[&["sum", "sums", "summed", "summing"], &["up"]], "rolls up"),
    phrase(&[TO_BE, &["taken"], &["for"]], "is treated as"),
    phrase(&[&["thereby"]], "name the thing"),
];

/// British spellings and the American ones, by the beginning of the word.
const SPELLINGS: &[(&str, &str)] = &[
    ("colour", "color"),
    ("behaviour", "behavior"),
    ("misbehaviour", "misbehavior"),
    ("honour", "honor"),
    ("favour", "favor"),
    ("neighbour", "neighbor"),
    ("licence", "license"),
    ("judgement", "judgment"),
    ("defence", "defense"),
    ("centre", "center"),
    ("cancelled", "canceled"),
    ("cancelling", "canceling"),
    ("dialled", "dialed"),
    ("dialling", "dialing"),
    ("labelled", "labeled"),
    ("labelling", "labeling"),
    ("signalled", "signaled"),
    ("signalling", "signaling"),
    ("travelled", "traveled"),
    ("travelling", "traveling"),
    ("modelled", "modeled"),
    ("modelling", "modeling"),
    ("unlabelled", "unlabeled"),
    ("analyse", "analyze"),
    ("analysing", "analyzing"),
    ("catalogue", "catalog"),
    ("artefact", "artifact"),
    ("grey", "gray"),
    ("misspelt", "misspelled"),
    ("spelt", "spelled"),
    ("learnt", "learned"),
    ("fulfils", "fulfills"),
    ("programme", "program"),
];

/// How long the shortest British word is.
const SHORTEST: usize = 4;

/// What is before `ise`, `ised`, `isation` and so on in words that are written with a z.
const STEMS: &[&str] = &[
    "author",
    "canonical",
    "capital",
    "categor",
    "character",
    "custom",
    "deserial",
    "emphas",
    "equal",
    "final",
    "formal",
    "general",
    "harmon",
    "initial",
    "local",
    "materi",
    "material",
    "maxim",
    "minim",
    "modern",
    "normal",
    "optim",
    "organ",
    "parallel",
    "penal",
    "prior",
    "random",
    "real",
    "recogn",
    "sanit",
    "serial",
    "special",
    "stabil",
    "standard",
    "summar",
    "symbol",
    "synchron",
    "token",
    "unauthor",
    "uninitial",
    "unrecogn",
    "util",
    "visual",
];

/// The endings behind a stem.
const ENDINGS: &[&str] =
    &["ise", "ises", "ised", "ising", "iser", "isers", "isation", "isations", "isable", "isational"];

/// All phrases in prose.
pub(super) fn find(words: &[Word]) -> Vec<Found> {
    // Nearly all words begin nothing.
    let starts: HashSet<&str> = DIALECT
        .iter()
        .filter_map(|phrase| phrase.words.first())
        .flat_map(|forms| forms.iter().copied())
        .collect();
    let mut found = Vec::new();
    let mut place = 0;
    while let Some((first, _)) = words.get(place..).and_then(<[Word]>::split_first) {
        let rest = words.get(place..).unwrap_or_default();
        let before = place.checked_sub(1).and_then(|before| words.get(before));
        let is_start = starts.contains(first.text.as_str());
        let here = is_start.then(|| phrase_at(before, rest)).flatten().or_else(|| spelling(first));
        place += here.as_ref().map_or(1, |(length, _)| *length);
        found.extend(here.map(|(_, found)| found));
    }
    found
}

/// The phrase of the dialect that prose begins with, and how many words it has.
fn phrase_at(before: Option<&Word>, rest: &[Word]) -> Option<(usize, Found)> {
    DIALECT.iter().find_map(|phrase| {
        let matched = rest.get(..phrase.words.len())?;
        let fits = |(place, (word, forms)): (usize, (&Word, &&[&str]))| {
            forms.contains(&word.text.as_str()) && (place == 0 || word.follows)
        };
        let is_it = matched.iter().zip(phrase.words).enumerate().all(fits);
        let first = matched.first()?;
        let next = rest.get(phrase.words.len()).filter(|next| next.follows);
        let is_fine = next.is_some_and(|next| phrase.unless_before.contains(&next.text.as_str()))
            || before
                .is_some_and(|before| first.follows && phrase.unless_after.contains(&before.text.as_str()));
        if !is_it || is_fine || (phrase.needs_more && next.is_none()) {
            return None;
        }
        let shown = matched.iter().chain(next.filter(|_| phrase.needs_more));
        let shown: Vec<&str> =
            shown.map(|word| if word.text == CODE { ".." } else { word.text.as_str() }).collect();
        let instead = phrase.instead.to_owned();
        Some((matched.len(), Found { line: first.line, phrase: shown.join(" "), instead }))
    })
}

/// A word in British spelling.
fn spelling(word: &Word) -> Option<(usize, Found)> {
    let instead = american(&word.text)?;
    Some((1, Found { line: word.line, phrase: word.text.clone(), instead }))
}

/// The American spelling of a British word; nothing for any other.
fn american(word: &str) -> Option<String> {
    if word.len() < SHORTEST {
        return None;
    }
    let whole = SPELLINGS.iter().find_map(|(british, american)| {
        word.strip_prefix(british).map(|ending| format!("{american}{ending}"))
    });
    whole.or_else(|| {
        let ending = ENDINGS
            .iter()
            .find(|ending| word.strip_suffix(**ending).is_some_and(|stem| STEMS.contains(&stem)))?;
        let stem = word.strip_suffix(ending)?;
        Some(format!("{stem}{}", ending.replacen('s', "z", 1)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::prose::Prose;
    use super::{american, find};

    /// The phrases of a text.
    fn phrases(text: &str) -> Vec<String> {
        let mut prose = Prose::default();
        text.lines().enumerate().for_each(|(place, line)| prose.push(place + 1, line));
        find(&prose.into_words())
            .into_iter()
            .map(|found| format!("{}: {}", found.line, found.phrase))
            .collect()
    }

    #[test]
    fn every_phrase_of_the_dialect_is_found_in_each_of_its_forms() {
        let rows = [
            ("What it was\ntold is kept", "1: was told"),
            ("as told by", "1: told"),
            ("it tells of more", "1: tells of"),
            ("`x` is no status", "1: is no status"),
            ("that are\nno `codes`", "1: are no .."),
            ("Besides, it", "1: besides"),
            ("it cannot stand beside b", "1: stand beside"),
            ("what stands in a file", "1: stands in"),
            ("what would mend it", "1: mend"),
            ("whoever asks", "1: whoever"),
            ("it sums up and", "1: sums up"),
            ("it is taken for a b", "1: is taken for"),
            ("and thereby", "1: thereby"),
            ("The colours", "1: colours"),
        ];
        for (text, expected) in rows {
            assert_eq!(phrases(text), [expected], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_left_alone() {
        let rows = [
            "it is no longer so, there is no other, and if there are no more",
            "The answer is no. It is no, or yes",
            "the file is beside it; it stands. In a file, it sums. Up",
            "`told` and told_by() and Told::new and src/told.rs and --licence",
            "CANCELLED is a status, and ColourMode a type",
            "it rises, a promise, otherwise, precise, exercise, advised, revised, compromised",
        ];
        for text in rows {
            assert_eq!(phrases(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn british_spellings_have_their_american_ones() {
        let rows = [
            ("behaviours", Some("behaviors")),
            ("licences", Some("licenses")),
            ("cancelled", Some("canceled")),
            ("normalise", Some("normalize")),
            ("recognised", Some("recognized")),
            ("serialising", Some("serializing")),
            ("summariser", Some("summarizer")),
            ("initialisation", Some("initialization")),
            ("authorize", None),
            ("promise", None),
            ("license", None),
            ("cancel", None),
        ];
        for (british, expected) in rows {
            assert_eq!(american(british).as_deref(), expected, "{british}");
        }
    }
}
