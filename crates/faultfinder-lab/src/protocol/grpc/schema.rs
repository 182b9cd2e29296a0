//! What the lab's own service looks like.

/// `lab.Echo`, in one file.
pub(super) const ECHO: &str = r#"syntax = "proto3";
package lab;
service Echo {
  rpc Say (Word) returns (Word);
  rpc Count (Limit) returns (stream Word);
}
message Word { string text = 1; int64 number = 2; repeated string tags = 3; }
message Limit { int32 count = 1; }
"#;

/// The same in two files, as servers tell it: the one with the service imports the one with its messages.
pub(super) const SPLIT: [(&str, &str); 2] = [
    (
        "lab/echo.proto",
        r#"syntax = "proto3";
package lab;
import "lab/word.proto";
service Echo {
  rpc Say (Word) returns (Word);
  rpc Count (Limit) returns (stream Word);
}
"#,
    ),
    (
        "lab/word.proto",
        r#"syntax = "proto3";
package lab;
message Word { string text = 1; int64 number = 2; repeated string tags = 3; }
message Limit { int32 count = 1; }
"#,
    ),
];
