//! `verify --batch`: one case per line in, one answer per line out, in order.

use crate::exit::{Exit, Failure, Outcome};
use serde_json::json;
use std::io::{self, BufRead, BufWriter, Read, Write};

/// Longest line of a case, in bytes: a hundred certificates of 64 KiB as PEM, with some reserve.
const LINE_BYTES_MAX: u64 = 16 << 20;

/// Answers every line as it arrives.
pub(super) fn run() -> Outcome {
    answer_all(&mut io::stdin().lock(), &mut BufWriter::new(io::stdout().lock()))
}

fn answer_all(cases: &mut impl BufRead, answers: &mut impl Write) -> Outcome {
    let mut line = Vec::new();
    loop {
        line.clear();
        let limit = LINE_BYTES_MAX.saturating_add(1);
        let read = cases.by_ref().take(limit).read_until(b'\n', &mut line).map_err(unreadable)?;
        if read == 0 {
            return Ok(Exit::Passed);
        }
        let ended = line.last() == Some(&b'\n');
        let long = !ended && u64::try_from(read).unwrap_or(u64::MAX) > LINE_BYTES_MAX;
        if long {
            skip_line(cases)?;
            let why = format!("line is longer than {LINE_BYTES_MAX} bytes");
            writeln!(answers, "{}", json!({"id": null, "parse_error": why}))?;
        } else if !line.trim_ascii().is_empty() {
            // Text that is not UTF-8 is not JSON either, and is reported as such.
            let text = String::from_utf8_lossy(&line);
            writeln!(answers, "{}", faultfinder_x509::case::answer_line(text.trim()))?;
        }
        answers.flush()?;
    }
}

/// Reads the rest of a line that is too long, and discards it.
fn skip_line(cases: &mut impl BufRead) -> Result<(), Failure> {
    loop {
        let chunk = cases.fill_buf().map_err(unreadable)?;
        let (used, ended) = match chunk.iter().position(|byte| *byte == b'\n') {
            Some(place) => (place.saturating_add(1), true),
            None => (chunk.len(), chunk.is_empty()),
        };
        cases.consume(used);
        if ended {
            return Ok(());
        }
    }
}

fn unreadable(error: io::Error) -> Failure {
    Failure::usage(format!("standard input: cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(cases: &[u8]) -> Vec<serde_json::Value> {
        let mut out = Vec::new();
        answer_all(&mut &*cases, &mut out).unwrap();
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn every_line_has_one_answer_whatever_it_holds() {
        let answers = answers(b"nonsense\n\n{\"id\":\"a\"}\n\xff\xfe\n{}");
        assert_eq!(answers.len(), 4);
        assert!(answers.iter().all(|answer| answer["parse_error"].is_string()), "{answers:?}");
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_and_the_next_one_answered() {
        let mut cases = vec![b'x'; usize::try_from(LINE_BYTES_MAX).unwrap() + 10];
        cases.extend(b"\n{}\n");
        assert_eq!(answers(&cases).len(), 2);
    }
}
