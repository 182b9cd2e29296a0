//! The statuses of errors.

use http::StatusCode;

/// The statuses of errors: those of the platform's table, and three of HTTP's own for methods, heads and slow requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Status {
    /// 400: syntax or constraints, and whatever has no better status.
    BadRequest,
    /// 401: not authenticated.
    Unauthorized,
    /// 403: scopes are missing.
    Forbidden,
    /// 404: never existed.
    NotFound,
    /// 405: the route has no such method (RFC 9110 section 15.5.6).
    MethodNotAllowed,
    /// 408: the request did not come in time (RFC 9110 section 15.5.9).
    RequestTimeout,
    /// 409: the version is not the current one.
    Conflict,
    /// 410: existed, and was deleted or has expired.
    Gone,
    /// 429: throttled because of this client.
    TooManyRequests,
    /// 431: the head of the request is too large (RFC 6585 section 5).
    HeadersTooLarge,
    /// 500: ours.
    Internal,
    /// 501: in the contract, and not in this deployment.
    NotImplemented,
    /// 503: overloaded, shutting down, or unable to tell.
    Unavailable,
}

impl Status {
    /// All of them.
    pub(crate) const ALL: &[Self] = &[
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::Conflict,
        Self::Gone,
        Self::TooManyRequests,
        Self::HeadersTooLarge,
        Self::Internal,
        Self::NotImplemented,
        Self::Unavailable,
    ];

    /// Its number.
    #[must_use]
    pub(crate) const fn code(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotImplemented => StatusCode::NOT_IMPLEMENTED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What an answer of this status says when nobody has said more.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::BadRequest => "The request cannot be read.",
            Self::Unauthorized => "A valid token is required: authorization: Bearer TOKEN.",
            Self::Forbidden => "Scopes are missing.",
            Self::NotFound => "There is no such resource.",
            Self::MethodNotAllowed => "This resource has no such method.",
            Self::RequestTimeout => "The request did not arrive in time.",
            Self::Conflict => "The resource has another version.",
            Self::Gone => "The resource no longer exists.",
            Self::TooManyRequests => "Too many requests.",
            Self::HeadersTooLarge => "The head of the request is too large.",
            Self::Internal => "An internal error occurred; the log has the details under this errorRef.",
            Self::NotImplemented => "This deployment does not support the operation.",
            Self::Unavailable => "The service is temporarily unavailable.",
        }
    }

    /// Its word, where there is no better one.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "MissingScopes",
            Self::NotFound => "NotFound",
            Self::MethodNotAllowed => "MethodNotAllowed",
            Self::RequestTimeout => "RequestTimeout",
            Self::Conflict => "VersionConflict",
            Self::Gone => "Gone",
            Self::TooManyRequests => "TooManyRequests",
            Self::HeadersTooLarge => "HeadersTooLarge",
            Self::Internal => "InternalError",
            Self::NotImplemented => "NotImplemented",
            Self::Unavailable => "Unavailable",
        }
    }
}
