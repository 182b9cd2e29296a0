//! The gRPC services that the definitions call: their messages, and what their schemas are.

use std::iter::once;

const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const HEALTH: &str = "/grpc.health.v1.Health/Check";

/// A method with its messages, whose fields are all texts.
struct Method {
    package: &'static str,
    service: &'static str,
    name: &'static str,
    asks: &'static [&'static str],
    replies: &'static [&'static str],
    /// The first field of the reply.
    reply: &'static str,
}

/// The services of the public servers `grpcb.in`, `grpcbin.test.k6.io`, and of gRPC's own example.
const METHODS: &[Method] = &[
    Method {
        package: "addsvc",
        service: "Add",
        name: "Concat",
        asks: &["a", "b"],
        replies: &["v", "err"],
        reply: "Lorem IpsumLorem Ipsum",
    },
    Method {
        package: "greeter",
        service: "Greeter",
        name: "SayHello",
        asks: &["name"],
        replies: &["message"],
        reply: "Hello, John!",
    },
    Method {
        package: "grpcbin",
        service: "GRPCBin",
        name: "Index",
        asks: &[],
        replies: &["description"],
        reply: "",
    },
];

/// Whether a path is that of a call.
pub(super) fn is_call(path: &str) -> bool {
    is_stream(path) || path == HEALTH || METHODS.iter().any(|method| method.path() == path)
}

/// Whether the reply to a call must not wait for the end of the request.
pub(super) fn is_stream(path: &str) -> bool {
    path == REFLECTION
}

/// Whether a request has a whole message: a byte that says whether it is compressed, four of its length, and that many.
pub(super) fn is_whole(request: &[u8]) -> bool {
    let length = request.get(1..5).and_then(|length| length.try_into().ok()).map(u32::from_be_bytes);
    length.is_some_and(|length| request.len() - 5 >= usize::try_from(length).unwrap())
}

/// The status of a call, and the message of its reply.
pub(super) fn reply(path: &str, request: &[u8], health: u8) -> (&'static str, Vec<u8>) {
    match path {
        HEALTH => ("0", framed(&number(1, health))),
        REFLECTION => {
            let asked = String::from_utf8_lossy(request);
            let found = METHODS.iter().find(|method| asked.contains(&method.full_name()));
            // The codes of errors are those of gRPC: 5 is `NOT_FOUND`.
            let answer =
                found.map_or_else(|| field(7, &number(1, 5)), |method| field(4, &field(1, &method.file())));
            ("0", framed(&answer))
        }
        path => match METHODS.iter().find(|method| method.path() == path) {
            Some(method) if method.reply.is_empty() => ("0", framed(&[])),
            Some(method) => ("0", framed(&field(1, method.reply.as_bytes()))),
            None => ("12", Vec::new()),
        },
    }
}

impl Method {
    fn full_name(&self) -> String {
        format!("{}.{}", self.package, self.service)
    }

    fn path(&self) -> String {
        format!("/{}/{}", self.full_name(), self.name)
    }

    /// A `FileDescriptorProto`.
    fn file(&self) -> Vec<u8> {
        let (request, response) = (format!("{}Request", self.name), format!("{}Reply", self.name));
        let typed = |name: &str| format!(".{}.{name}", self.package);
        let method = [
            field(1, self.name.as_bytes()),
            field(2, typed(&request).as_bytes()),
            field(3, typed(&response).as_bytes()),
        ]
        .concat();
        let service = [field(1, self.service.as_bytes()), field(2, &method)].concat();
        [
            field(1, format!("{}.proto", self.package).as_bytes()),
            field(2, self.package.as_bytes()),
            field(4, &message(&request, self.asks)),
            field(4, &message(&response, self.replies)),
            field(6, &service),
            field(12, b"proto3"),
        ]
        .concat()
    }
}

/// A `DescriptorProto` whose fields are optional (1) and strings (9).
fn message(name: &str, fields: &[&str]) -> Vec<u8> {
    let described = fields.iter().zip(1_u8..).map(|(name, at)| {
        let one = [field(1, name.as_bytes()), number(3, at), number(4, 1), number(5, 9)].concat();
        field(2, &one)
    });
    once(field(1, name.as_bytes())).chain(described).flatten().collect()
}

/// A field with bytes.
fn field(at: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![at << 3 | 2];
    let mut rest = content.len();
    while rest > 0x7f {
        bytes.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest).unwrap());
    bytes.extend(content);
    bytes
}

/// A field with a number below 128.
fn number(at: u8, value: u8) -> Vec<u8> {
    vec![at << 3, value]
}

/// A message that is not compressed.
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], length.as_slice(), message].concat()
}
