//! The code blocks of documentation, which are tests.

/// Collects the lines of documentation, and cuts the examples in Rust out of them.
#[derive(Debug, Default)]
pub(super) struct Examples {
    /// The fence of the open block, and whether it is Rust.
    open: Option<(String, bool)>,
    /// The code of the examples.
    code: String,
}

/// Words behind a fence that leave a block Rust.
const RUST: &[&str] =
    &["rust", "no_run", "ignore", "should_panic", "compile_fail", "edition2021", "edition2024"];

impl Examples {
    /// Takes the next piece of documentation, of one or more lines.
    pub(super) fn push(&mut self, text: &str) {
        for line in text.lines() {
            let line = line.trim_start();
            let fence: String = line.chars().take_while(|sign| matches!(sign, '`' | '~')).collect();
            match &self.open {
                Some((opening, _)) if fence.starts_with(opening.as_str()) => self.open = None,
                Some((_, true)) => {
                    // Lines that only tests see begin with `# `.
                    self.code.push_str(line.strip_prefix("# ").unwrap_or(line));
                    self.code.push('\n');
                }
                Some((_, false)) => {}
                None if fence.len() >= 3 => {
                    let info = line.trim_start_matches(['`', '~']);
                    let mut words = info.split([',', ' ']).filter(|word| !word.is_empty());
                    let is_rust = words.all(|word| RUST.contains(&word));
                    self.open = Some((fence, is_rust));
                }
                None => {}
            }
        }
    }

    /// The code of all examples.
    pub(super) fn into_code(self) -> String {
        self.code
    }
}
