//! Prometheus' text format 0.0.4, from what is written as `OpenMetrics`.
//!
//! Samples are the same in both, so there is one writer for them. What describes a family differs: here a counter and an
//! info have their suffix also in the description, an info is a gauge, and there is neither a unit nor an end.

use std::fmt::{Result, Write};

/// Receives `OpenMetrics` text, without its end, and keeps text format 0.0.4.
#[derive(Debug, Default)]
pub(super) struct Plain {
    text: String,
    /// Where the last line begins.
    line_at: usize,
    /// Where the help of the last family begins.
    help_at: usize,
}

const HELP: &str = "# HELP ";
const TYPE: &str = "# TYPE ";
const UNIT: &str = "# UNIT ";

impl Write for Plain {
    fn write_str(&mut self, part: &str) -> Result {
        for piece in part.split_inclusive('\n') {
            self.text.push_str(piece);
            if piece.ends_with('\n') {
                self.end_line();
            }
        }
        Ok(())
    }
}

impl Plain {
    /// What was kept.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// A line is complete. Line breaks in labels are escaped, so each sample is one line and none begins with `#`.
    fn end_line(&mut self) {
        let line = self.text.get(self.line_at..).unwrap_or_default();
        if line.starts_with(HELP) {
            self.help_at = self.line_at;
        } else if line.starts_with(UNIT) {
            self.text.truncate(self.line_at);
        } else if let Some((name, kind)) =
            line.strip_prefix(TYPE).and_then(|rest| rest.trim_end().split_once(' '))
        {
            let (suffix, kind) = match kind {
                "counter" => ("_total", "counter"),
                "info" => ("_info", "gauge"),
                other => ("", other),
            };
            if !suffix.is_empty() {
                let (described, type_line) = (name.len(), format!("{TYPE}{name}{suffix} {kind}\n"));
                self.text.truncate(self.line_at);
                self.text.insert_str(self.help_at + HELP.len() + described, suffix);
                self.text.push_str(&type_line);
            }
        }
        self.line_at = self.text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_rewritten_and_samples_are_not() {
        let open = "# HELP a Some.\n# TYPE a counter\na_total{x=\"# UNIT y\"} 1\n\
                    # HELP b_seconds Time.\n# TYPE b_seconds gauge\n# UNIT b_seconds seconds\nb_seconds 1.5\n\
                    # HELP c_seconds Time.\n# TYPE c_seconds counter\n# UNIT c_seconds seconds\nc_seconds_total 2\n\
                    # HELP d What.\n# TYPE d info\nd_info{v=\"\\n# TYPE d info\"} 1\n\
                    # HELP e_seconds How long.\n# TYPE e_seconds histogram\n# UNIT e_seconds seconds\ne_seconds_count 0\n";
        let expected = "# HELP a_total Some.\n# TYPE a_total counter\na_total{x=\"# UNIT y\"} 1\n\
                        # HELP b_seconds Time.\n# TYPE b_seconds gauge\nb_seconds 1.5\n\
                        # HELP c_seconds_total Time.\n# TYPE c_seconds_total counter\nc_seconds_total 2\n\
                        # HELP d_info What.\n# TYPE d_info gauge\nd_info{v=\"\\n# TYPE d info\"} 1\n\
                        # HELP e_seconds How long.\n# TYPE e_seconds histogram\ne_seconds_count 0\n";
        // In one piece, and in the smallest ones.
        for length in [open.len(), 1] {
            let mut plain = Plain::default();
            for piece in open.as_bytes().chunks(length) {
                plain.write_str(std::str::from_utf8(piece).unwrap()).unwrap();
            }
            assert_eq!(plain.into_text(), expected);
        }
    }
}
