#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! Text in, definitions out: [`parse`] reads a [`Source`] and answers what it defines ([`Document`], [`Test`],
//! [`Request`]) and all that is wrong with it ([`Diagnostic`]), at once, each with line, column, what was expected and
//! what to do. What a request says is a tree of [`Fields`], made by the tables of [`fields`]. Templates (`{{ NAME }}`) are
//! taken apart but not resolved: [`Text`] holds them until a run is planned. This crate opens no files, knows no clock and runs nothing.

mod definition; // Document, Test, Request, Retry, AssertionSource
mod reference; // where variables are used
mod written; // Fields: what a request says, as a tree with places
pub mod fields; // mappings with known fields: one row per field
pub mod protocol; // the fields of each protocol
mod common; // fields of all protocols
mod unix_socket; // what has no effect with a Unix domain socket
mod effect; // what has no effect with the other fields of a request
mod tls; // TLS settings
mod proxy; // proxies
mod pairs; // names and values
mod variable; // variables
mod userinfo; // passwords in URLs, which names must not show
mod text; // Text: what may hold templates
mod template; // text in parts
mod generator; // values made when a test runs
mod json; // JSON bodies
pub mod value; // values that are read from text
pub mod duration; // 300ms, 14 days
mod source; // a file as it was read
mod place; // line, column, length
mod diagnostic; // what is wrong, and how it is shown
mod yaml; // from YAML to a tree of nodes with places
mod reader; // reads nodes, collects what is wrong
mod keys; // the entries of a mapping, each key once
mod mapping; // opens mappings by their tables
mod read; // reads fields by their shapes
mod assertion; // reads assertions
mod active; // parts of the week, by the clock of a time zone
mod alert; // when somebody is alerted of a test
mod defaults; // when tests run, and what holds for all tests of a file
mod dependency; // tests that depend on each other
mod exchange; // reads requests with what must hold of their answers
mod heartbeat; // what reports by itself
mod test; // reads tests
mod steps; // reads the steps of a test
mod script; // JavaScript in a definition
mod parsed; // from a source to its definitions
mod histories; // tests of alerts
mod notifiers; // where alerts are sent
mod status_pages; // what a service shows to anyone of some of its tests
mod foreign; // files of other tools, read as if they were written in our format
mod nature; // what a file is: definitions, a report of ours, or something else
mod schema; // JSON Schema of the format
mod shared; // the fields that all tests and all requests have

pub use active::{ACTIVE_TIMES_MAX, ActiveTime, ActiveTimes, Zone};
pub use alert::{ALERT_MESSAGE_BYTES_MAX, ALERT_RESULTS_MAX, AlertRule, DEPENDS_ON_MAX, NOTIFY_MAX};
pub use assertion::{ASSERTIONS_MAX, CHECKS_MAX, GROUPS_DEPTH_MAX, VALUES_MAX};
pub use defaults::{RETRIES_MAX, RETRY_INTERVAL_DEFAULT};
pub use definition::{
    Action, AssertionGroup, AssertionSource, Content, Document, Exchange, ExtractionSource, Repeat, Request,
    Retry, Step, Steps, Test,
};
pub use diagnostic::{DIAGNOSTICS_MAX, Diagnostic, Severity};
pub use foreign::{
    ForeignFormat, ForeignOptions, TARGETS_MAX, check_format, import, may_have_format, read_targets,
};
pub use generator::{
    DATE_FORMAT_CHARS_MAX, DATE_OFFSET_YEARS_MAX, DateFormat, DateOffset, DateUnit, GENERATED_CHARS_DEFAULT,
    GENERATED_CHARS_MAX, Generator, TimestampUnit,
};
pub use heartbeat::Heartbeat;
pub use histories::{HISTORIES_MAX, History, Listed, read_histories};
pub use json::JsonTemplate;
pub use nature::{Nature, nature};
pub use notifiers::{
    MailSource, NOTIFIERS_MAX, NotifierSource, RECIPIENTS_MAX, SecretSource, read_notifiers,
};
pub use pairs::PAIRS_MAX;
pub use parsed::{INCLUDES_MAX, Parsed, VariableFile, parse, parse_str, read_variables};
pub use place::{Place, Spanned};
pub use reference::Reference;
pub use schema::{field_reference, schema};
pub use script::ScriptSource;
pub use shared::{request_fields, table_of_tests, tls_table};
pub use source::{DEFINITION_BYTES_MAX, Source, TESTS_MAX};
pub use status_pages::{
    COMPONENT_TESTS_MAX, COMPONENTS_MAX, ComponentSource, STATUS_PAGES_MAX, STATUS_TEXT_CHARS_MAX,
    StatusPageSource, read_status_pages,
};
pub use steps::{
    EXTRACTIONS_MAX, FILE_STEPS_MAX, REPEATS_MAX, STEPS_MAX, STEPS_TIME_DEFAULT, SUB_TESTS_DEPTH_MAX,
    TEST_STEPS_MAX,
};
pub use template::{Part, RunId, Template};
pub use test::TAGS_MAX;
pub use text::{Text, quoted};
pub use tls::CRL_FETCH;
pub use userinfo::without_password;
pub use value::{BadValue, FromText, RETRY_INTERVAL_MAX, ZonedAddress};
pub use variable::{
    Totp, VARIABLE_BYTES_MAX, VARIABLES_MAX, Variable, VariableSource, check_variables, is_about_braces,
    totp_key,
};
pub use written::{Fields, Pair};
pub use yaml::{DEPTH_MAX, NODES_MAX};
