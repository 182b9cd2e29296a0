//! A compiled assertion.

use crate::operator::Operator;
use crate::outcome::Outcome;
use crate::subject::Subject;
use crate::value::Value;
use faultfinder_taxonomy::Fact;

/// A compiled assertion, which can be evaluated as often as needed.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// As it was written, on one line.
    pub(crate) text: String,
    pub(crate) subject: Subject,
    pub(crate) operator: Operator,
    /// Whether the operator is a negated one (`is not`).
    pub(crate) negated: bool,
    /// Whether the whole is negated (`not ...`).
    pub(crate) inverted: bool,
    pub(crate) value: Value,
    /// The value as it was written.
    pub(crate) written: String,
}

impl Assertion {
    /// What it reads, in the words of a line: `header content-type`, `some MX record`.
    #[must_use]
    pub fn subject(&self) -> String {
        self.subject.to_string()
    }

    /// The word that names the kind of its subject: `header`, `record`.
    #[must_use]
    pub fn keyword(&self) -> &'static str {
        self.subject.keyword()
    }

    /// How it compares: `does not contain`.
    #[must_use]
    pub const fn operator(&self) -> &'static str {
        self.operator.phrase(self.negated != self.inverted)
    }

    /// What it expects; nothing for `exists`.
    #[must_use]
    pub fn expected(&self) -> Fact {
        self.value.fact(&self.written)
    }

    /// Whether it reads the body of an answer, so that it cannot be judged when the body is cut.
    #[must_use]
    pub const fn needs_body(&self) -> bool {
        matches!(self.subject, Subject::Body | Subject::JsonPath(_))
    }

    /// Whether it reads what was received, so that something must be.
    #[must_use]
    pub const fn reads_received(&self) -> bool {
        matches!(self.subject, Subject::Received) || self.needs_body()
    }

    /// Whether it reads how a WebSocket was closed, so that a close is a value.
    #[must_use]
    pub const fn reads_close_code(&self) -> bool {
        matches!(self.subject, Subject::CloseCode)
    }

    /// Whether it reads the status of an answer.
    #[must_use]
    pub const fn reads_status(&self) -> bool {
        matches!(self.subject, Subject::Status)
    }

    /// Whether it reads the head of an HTTP answer, which comes before its body.
    #[must_use]
    pub const fn reads_head(&self) -> bool {
        matches!(self.subject, Subject::Status | Subject::Header(_))
    }

    /// Whether it reads the response code of a DNS answer, so that an error there is a value.
    #[must_use]
    pub const fn reads_rcode(&self) -> bool {
        matches!(self.subject, Subject::Rcode)
    }

    /// Whether it reads how a connection ended, so that a refused one is a value.
    #[must_use]
    pub const fn reads_connection(&self) -> bool {
        matches!(self.subject, Subject::Connection)
    }

    /// Whether it reads the status of a gRPC call, so that one that is not `OK` is a value.
    #[must_use]
    pub const fn reads_grpc_status(&self) -> bool {
        matches!(self.subject, Subject::GrpcStatus)
    }

    /// Whether it reads the answer of a gRPC health check.
    #[must_use]
    pub const fn reads_health(&self) -> bool {
        matches!(self.subject, Subject::Health)
    }

    /// The outcome when it cannot be evaluated, and why.
    #[must_use]
    pub fn not_performed(&self, why: &str) -> Outcome {
        Outcome {
            passed: false,
            expected: self.expected(),
            actual: Fact::Null,
            message: format!("could not perform assertion: {why}"),
            unfinished: false,
        }
    }
}

impl std::fmt::Display for Assertion {
    /// As it was written.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.text)
    }
}
