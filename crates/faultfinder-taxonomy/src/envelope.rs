//! The one envelope of all errors of the HTTP API.
