//! The types of monitors.

/// What a monitor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Http,
    /// HTTP, and a word in the body.
    Keyword,
    /// HTTP, and a value in a body of JSON.
    JsonQuery,
    Port,
    Ping,
    Dns,
    Grpc,
    /// Others report.
    Push,
}

/// Types that can be tested.
const KINDS: &[(&str, Kind)] = &[
    ("http", Kind::Http),
    ("keyword", Kind::Keyword),
    ("json-query", Kind::JsonQuery),
    ("port", Kind::Port),
    ("ping", Kind::Ping),
    ("dns", Kind::Dns),
    ("grpc-keyword", Kind::Grpc),
    ("push", Kind::Push),
];

/// A type that cannot be tested, why, and what to do instead.
type LeftOut = (&'static str, &'static str, Option<&'static str>);

/// Types that are left out.
const LEFT_OUT: &[LeftOut] = &[
    ("group", "its name becomes a tag of its monitors", None),
    ("steam", "game servers are not asked", None),
    ("gamedig", "game servers are not asked", None),
    (
        "docker",
        "containers are not asked for their state",
        Some("test what the container serves, with `http` or `tcp`"),
    ),
    (
        "mqtt",
        "MQTT is not spoken",
        Some("a `tcp` test says whether its port answers: `tcp: { host: .., port: 1883 }`"),
    ),
    (
        "sqlserver",
        "databases are not queried",
        Some("a `tcp` test says whether its port answers: `tcp: { host: .., port: 1433 }`"),
    ),
    (
        "postgres",
        "databases are not queried",
        Some("a `tcp` test says whether its port answers: `tcp: { host: .., port: 5432 }`"),
    ),
    (
        "mysql",
        "databases are not queried",
        Some("a `tcp` test says whether its port answers: `tcp: { host: .., port: 3306 }`"),
    ),
    (
        "mongodb",
        "databases are not queried",
        Some("a `tcp` test says whether its port answers: `tcp: { host: .., port: 27017 }`"),
    ),
    (
        "redis",
        "databases are not queried",
        Some("a `tcp` test says whether its port answers: `tcp: { host: .., port: 6379 }`"),
    ),
    ("radius", "RADIUS is not spoken", None),
    (
        "kafka-producer",
        "no messages are sent to Kafka",
        Some("a `tcp` test says whether its port answers: `tcp: { host: .., port: 9092 }`"),
    ),
    ("real-browser", "there is no browser", Some("an `http` test says whether the page is served")),
    (
        "tailscale-ping",
        "pings of Tailscale are not sent",
        Some("an `icmp` test of its address in the tailnet says whether it answers"),
    ),
];

impl Kind {
    /// The kind of a type.
    pub(super) fn of(name: &str) -> Option<Self> {
        KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// The native field with what is tested.
    pub(super) const fn protocol(self) -> &'static str {
        match self {
            Self::Http | Self::Keyword | Self::JsonQuery => "http",
            Self::Port => "tcp",
            Self::Ping => "icmp",
            Self::Dns => "dns",
            Self::Grpc => "grpc",
            Self::Push => "heartbeat",
        }
    }
}

/// Why a type is left out, and what to do instead.
pub(super) fn left_out(name: &str) -> (&'static str, Option<&'static str>) {
    let known = LEFT_OUT.iter().find(|(known, ..)| *known == name);
    known.map_or(("monitors of this type are not known", None), |(_, why, help)| (why, *help))
}
