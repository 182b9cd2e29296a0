//! Which roots are there?

use super::Finding;
use faultfinder_net::tls::root_certificates;
use faultfinder_taxonomy::word::Roots;

const NAME: &str = "trust";

/// Counts the bundled roots and those of this system.
pub(super) fn check() -> Finding {
    let count =
        |roots| root_certificates(roots, "roots").map(|found| found.len()).map_err(|fault| fault.message);
    judge(&count(Roots::Bundled), &count(Roots::System))
}

fn judge(bundled: &Result<usize, String>, system: &Result<usize, String>) -> Finding {
    let bundled = match bundled {
        Ok(bundled @ 1..) => *bundled,
        _ => {
            let todo = "rebuild the program: its bundled roots cannot be read";
            return Finding::problem(NAME, "no bundled root can be read", todo);
        }
    };
    match system {
        Ok(system) => Finding::ok(NAME, format!("{bundled} bundled roots, {system} of this system")),
        Err(why) => Finding::warning(
            NAME,
            format!("{bundled} bundled roots; {why}"),
            "nothing, unless tests use `roots: system`: then install the package ca-certificates, or set SSL_CERT_FILE",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::Status;

    #[test]
    fn roots_are_counted_and_a_system_without_any_is_a_warning() {
        assert_eq!(judge(&Ok(140), &Ok(130)), Finding::ok(NAME, "140 bundled roots, 130 of this system"));
        assert_eq!(judge(&Ok(140), &Err("this system has none".to_owned())).status, Status::Warning);
        assert_eq!(judge(&Ok(0), &Ok(130)).status, Status::Problem);
        assert!(check().found.contains(" bundled roots"));
    }
}
