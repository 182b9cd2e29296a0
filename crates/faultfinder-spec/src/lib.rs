//! Test definitions of Faultfinder as written: parsed, with every diagnostic placed.
//!
//! Text in, definitions out: [`parse`] reads a [`Source`] and answers what it defines ([`Document`], [`Test`],
//! [`Request`]) and all that is wrong with it ([`Diagnostic`]), at once, each with line, column, what was expected and
//! what to do. Templates (`{{ NAME }}`) are taken apart but not resolved: [`Text`] and [`Field`] hold them until a run
//! is planned. This crate opens no files, knows no clock and runs nothing.
//!
//! ```
//! let parsed = faultfinder_spec::parse_str("shop.yaml", "
//! tests:
//!   - name: shop is up
//!     http: { url: 'https://shop.example/', timeuot: 5s }
//! ");
//! let Some(problem) = parsed.diagnostics.first() else { panic!("the typo was not found") };
//! assert_eq!(problem.to_string(), "shop.yaml:4:43: unknown field `timeuot` of `http`");
//! assert_eq!(problem.label.as_deref(), Some("did you mean `timeout`?"));
//! ```

mod definition; // Document, Test, Request, Retry, AssertionSource
pub mod protocol; // the requests, one module per protocol
mod common; // fields of all protocols
mod tls; // TLS settings
mod variable; // variables
mod text; // Text, Field, FromText: what may hold templates
mod base64; // bytes that are written in base64
mod template; // text in parts
mod generator; // values made when a test runs
mod json; // JSON bodies
pub mod value; // the types of fields that are not text
pub mod duration; // 300ms, 14 days
mod source; // a file as it was read
mod place; // line, column, length
mod diagnostic; // what is wrong, and how it is shown
mod yaml; // from YAML to a tree of nodes with places
mod fields; // mappings with known fields: one table for parser, schema and docs
mod reader; // reads nodes, collects what is wrong
mod test; // reads tests
mod parsed; // from a source to its definitions
mod schema; // JSON Schema of the format

pub use base64::Base64;
pub use common::{Common, RESOLVE_MAX, ResolveOverride, Resolver};
pub use definition::{
    ASSERTIONS_MAX, AssertionFields, AssertionSource, Document, RETRIES_MAX, RETRY_INTERVAL_DEFAULT,
    RETRY_INTERVAL_MAX, Request, Retry, TESTS_MAX, Test,
};
pub use diagnostic::{DIAGNOSTICS_MAX, Diagnostic, Severity};
pub use generator::{
    DATE_FORMAT_CHARS_MAX, DATE_OFFSET_YEARS_MAX, DateFormat, DateOffset, DateUnit, GENERATED_CHARS_DEFAULT,
    GENERATED_CHARS_MAX, Generator, TimestampUnit,
};
pub use json::JsonTemplate;
pub use parsed::{Parsed, parse, parse_str};
pub use place::{Place, Spanned};
pub use schema::{field_reference, schema};
pub use source::{DEFINITION_BYTES_MAX, Source};
pub use template::{Part, Template};
pub use test::TAGS_MAX;
pub use text::{BadValue, Field, FieldValue, FromText, Text, quoted};
pub use tls::{ALPN_MAX, CA_MAX, CRL_FETCH, CRL_MAX, Tls, VERIFY_DEPTH_MAX};
pub use variable::{VARIABLE_BYTES_MAX, VARIABLES_MAX, Variable, VariableSource, check_variables};
pub use yaml::{DEPTH_MAX, NODES_MAX};
