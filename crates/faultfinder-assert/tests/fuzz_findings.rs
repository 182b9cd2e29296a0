//! What the fuzzer has found.

#[test]
fn a_path_with_rest_behind_it_is_an_error_not_a_panic() {
    let line = "not jsonpath $.a[?@.bre.brecor]cor].dhhh\u{b5}s\0\0hhh is 2";
    assert!(faultfinder_assert::parse(line).is_err());
}
