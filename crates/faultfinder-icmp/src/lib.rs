//! An ICMP probe: echo requests and what came back, and exactly what broke.

mod request; // Request: what is asked
mod response; // Response: what came of it
mod probe; // the order of things

pub use faultfinder_net::{ClientOptions, Vantage};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
pub use probe::probe;
pub use request::Request;
pub use response::Response;
