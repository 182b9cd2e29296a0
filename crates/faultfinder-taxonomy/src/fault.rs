//! Why an attempt failed.

use crate::{Blame, BlameRule, Code, Detail, Evidence, Fact, Phase, RetryAdvice, advice};
use serde::{Deserialize, Serialize};

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fault {
    /// What broke.
    pub code: Code,
    /// Where it broke.
    pub phase: Phase,
    /// The typed fact under the code.
    pub detail: Detail,
    /// What happened, in one sentence fragment without a full stop, naming the thing that failed.
    pub message: String,
    /// Who has to act.
    pub blame: Blame,
    /// What to do next, most likely first.
    pub hints: Vec<String>,
    /// What was seen: addresses, bytes, certificates.
    pub evidence: Evidence,
}

impl Fault {
    /// A fault with the blame and the hints that its code, phase and detail have in the taxonomy.
    #[must_use]
    pub fn new(code: Code, phase: Phase, detail: Detail, message: impl Into<String>) -> Self {
        let hints = advice::hints(code, phase, &detail).into_iter().map(str::to_owned).collect();
        Self {
            code,
            phase,
            blame: BlameRule::blame(code, phase, &detail),
            detail,
            message: message.into(),
            hints,
            evidence: Evidence::default(),
        }
    }

    /// The same fault with one more fact.
    #[must_use]
    pub fn with(mut self, name: &str, fact: impl Into<Fact>) -> Self {
        self.evidence.insert(name, fact);
        self
    }

    /// The same fault with another blame than that of its code.
    #[must_use]
    pub fn blamed_on(mut self, blame: Blame) -> Self {
        self.blame = blame;
        self
    }

    /// The same fault with its own hint before those of the taxonomy.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.insert(0, hint.into());
        self
    }

    /// The same fault in another phase.
    #[must_use]
    pub fn in_phase(mut self, phase: Phase) -> Self {
        if phase != self.phase {
            // Those of the other phase may be false in this one.
            let before = advice::hints(self.code, self.phase, &self.detail);
            self.hints.retain(|hint| !before.contains(&hint.as_str()));
            self.hints.extend(advice::hints(self.code, phase, &self.detail).into_iter().map(str::to_owned));
            if self.blame == BlameRule::blame(self.code, self.phase, &self.detail) {
                self.blame = BlameRule::blame(self.code, phase, &self.detail);
            }
            self.phase = phase;
        }
        self
    }

    /// Whether an automatic retry makes sense.
    #[must_use]
    pub fn retry(&self) -> RetryAdvice {
        match self.blame {
            Blame::Ourselves => RetryAdvice::Sensible,
            Blame::Definition => RetryAdvice::Useless,
            // An account is locked by wrong credentials alone.
            Blame::Target if self.code == Code::AuthenticationError => RetryAdvice::Sensible,
            Blame::Target | Blame::Network | Blame::Credentials => self.code.explanation().retry,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}) during {}: {}", self.code, self.detail.name(), self.phase, self.message)
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TimeoutScope;

    #[test]
    fn hints_of_a_phase_do_not_follow_a_fault_into_another() {
        let detail = Detail::timeout(TimeoutScope::Request);
        let fault = Fault::new(Code::Timeout, Phase::Connect, detail, "").with_hint("its own");
        let hints = fault.in_phase(Phase::Proxy).hints;
        assert!(hints.contains(&"its own".to_owned()), "{hints:?}");
        assert!(!hints.iter().any(|hint| hint.contains("firewall")), "{hints:?}");
    }
}
