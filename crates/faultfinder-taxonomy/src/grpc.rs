//! gRPC statuses.

use serde::{Deserialize, Serialize};

macro_rules! statuses {
    ($($variant:ident = $number:literal, $name:literal, $text:literal;)*) => {
        /// One of the 17 gRPC statuses (gRPC core, `statuscodes.md`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[expect(clippy::exhaustive_enums, reason = "closed: gRPC treats any other number as UNKNOWN")]
        pub enum GrpcStatus {
            $(#[doc = $text] #[serde(rename = $name)] $variant,)*
        }

        impl GrpcStatus {
            /// All statuses, by number.
            pub const ALL: [Self; 17] = [$(Self::$variant),*];

            /// Its number.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self { $(Self::$variant => $number,)* }
            }

            /// Its name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it means, as a sentence fragment.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

statuses! {
    Ok = 0, "OK", "the call completed";
    Cancelled = 1, "CANCELLED", "the call was canceled, usually by the caller";
    Unknown = 2, "UNKNOWN", "an error that has no better status";
    InvalidArgument = 3, "INVALID_ARGUMENT", "the request's arguments are wrong, whatever the state of the system";
    DeadlineExceeded = 4, "DEADLINE_EXCEEDED", "the server's deadline passed before the call completed";
    NotFound = 5, "NOT_FOUND", "the entity does not exist";
    AlreadyExists = 6, "ALREADY_EXISTS", "the entity already exists";
    PermissionDenied = 7, "PERMISSION_DENIED", "the caller may not do this";
    ResourceExhausted = 8, "RESOURCE_EXHAUSTED", "a quota or a resource is exhausted";
    FailedPrecondition = 9, "FAILED_PRECONDITION", "the system is not in the state that the call needs";
    Aborted = 10, "ABORTED", "the call was aborted, usually by a concurrent one";
    OutOfRange = 11, "OUT_OF_RANGE", "the call went past the valid range";
    Unimplemented = 12, "UNIMPLEMENTED", "the method is not implemented or not supported";
    Internal = 13, "INTERNAL", "an invariant of the server is broken";
    Unavailable = 14, "UNAVAILABLE", "the service is unavailable at the moment";
    DataLoss = 15, "DATA_LOSS", "data was lost or is corrupt";
    Unauthenticated = 16, "UNAUTHENTICATED", "the caller is not authenticated";
}

impl GrpcStatus {
    /// What to do about it, if there is advice.
    #[must_use]
    pub const fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::InvalidArgument | Self::OutOfRange => {
                "correct the test's message: the server says which field"
            }
            Self::DeadlineExceeded => "the server's own deadline passed: check for a slow dependency",
            Self::NotFound => "check the entity, or, for a health check, the name of the service",
            Self::PermissionDenied => {
                "the caller is authenticated but may not do this: check its permissions"
            }
            Self::ResourceExhausted => "a quota, a message size or memory has reached its limit",
            Self::Unimplemented => {
                "check the names of service and method, and that this version of the server has them"
            }
            Self::Internal | Self::DataLoss => "check the server's log at that time",
            Self::Unavailable => "the service, or a proxy in front of it, is down, starting or overloaded",
            Self::Unauthenticated => "check the token or certificate that the test sends",
            _ => return None,
        })
    }
}
