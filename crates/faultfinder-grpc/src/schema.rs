//! What messages look like: compiled, decoded, or asked for.

use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use prost_reflect::{DescriptorError, DescriptorPool};
use prost_types::FileDescriptorProto;
use protox::file::{File, FileResolver, GoogleFileResolver};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the messages of a method look like.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "closed: it is known, or has to be asked for")]
pub enum Schema {
    /// Known before the call.
    Known(Descriptors),
    /// Asked for by server reflection, over the connection of the call.
    Reflection,
}

/// Descriptors of services and messages. Cheap to clone.
#[derive(Clone)]
pub struct Descriptors(pub(crate) DescriptorPool);

/// A `.proto` file, or what would be in one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: it is inline or in a file")]
pub enum ProtoSource {
    /// The text itself.
    Inline(String),
    /// The file that holds it.
    File(PathBuf),
}

/// Largest `.proto` file and descriptor set that is read, in bytes.
const FILE_BYTES_MAX: usize = 4 << 20;
/// Most files that are compiled for one test, imports included.
const FILES_MAX: usize = 1000;
/// What texts are called in messages.
const INLINE_NAME: &str = "inline";

impl ProtoSource {
    /// Text that begins with `syntax` or `edition` and has a `;` is the thing itself, anything else the name of a file.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let begins = |word| text.trim_start().starts_with(word);
        if (begins("syntax") || begins("edition")) && text.contains(';') {
            Self::Inline(text.to_owned())
        } else {
            Self::File(text.into())
        }
    }
}

impl Descriptors {
    /// Compiles `.proto` files. Imports are looked for in `include`, and in the folder of each file; those of protobuf
    /// itself (`google/protobuf/*.proto`) are built in.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` naming `grpc.proto`, and the file, line and column of the mistake.
    pub fn compile(sources: &[ProtoSource], include: &[PathBuf]) -> Result<Self, Fault> {
        let mut resolver = Resolver {
            inline: Vec::new(),
            include: include.to_vec(),
            google: GoogleFileResolver::new(),
            opened: AtomicUsize::new(0),
        };
        let mut paths = Vec::with_capacity(sources.len());
        for source in sources {
            match source {
                ProtoSource::Inline(text) => {
                    let name = match resolver.inline.len() {
                        0 => format!("{INLINE_NAME}.proto"),
                        count => format!("{INLINE_NAME}-{}.proto", count + 1),
                    };
                    paths.push(PathBuf::from(&name));
                    resolver.inline.push((name, text.clone()));
                }
                ProtoSource::File(path) => {
                    readable("grpc.proto", path)?;
                    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
                    if !resolver.include.contains(&folder) {
                        resolver.include.push(folder);
                    }
                    paths.push(path.clone());
                }
            }
        }
        let mut compiler = protox::Compiler::with_file_resolver(resolver);
        match compiler.include_imports(true).open_files(paths) {
            Ok(compiler) => Ok(Self(compiler.descriptor_pool())),
            // The debugging form has the place: `shop.proto:3:5: ...`.
            Err(error) => Err(invalid("invalid_proto", "grpc.proto", one_line(&format!("{error:?}")))),
        }
    }

    /// Reads a descriptor set, as `protoc --include_imports --descriptor_set_out` and `buf build` write it.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` naming `grpc.descriptor_set`, when it cannot be read or is none.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        const FIELD: &str = "grpc.descriptor_set";
        readable(FIELD, path)?;
        let bytes = std::fs::read(path).map_err(|error| unreadable(FIELD, path, &error.to_string()))?;
        let decoded = guarded(|| DescriptorPool::decode(bytes.as_slice()));
        decoded.map(Self).map_err(|why| {
            let message = format!("{} is not a descriptor set with all its imports: {why}", path.display());
            invalid("invalid_descriptor_set", FIELD, message)
        })
    }

    /// Descriptors that a server sent. Those of protobuf itself are never taken from it.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    pub(crate) fn received(files: Vec<FileDescriptorProto>) -> Result<Self, String> {
        guarded(|| {
            let mut pool = DescriptorPool::global();
            pool.add_file_descriptor_protos(files)?;
            Ok(pool)
        })
        .map(Self)
    }
}

/// Builds descriptors from bytes that somebody else wrote. The library panics on some that contradict themselves.
fn guarded(
    build: impl FnOnce() -> Result<DescriptorPool, DescriptorError>,
) -> Result<DescriptorPool, String> {
    match catch_unwind(AssertUnwindSafe(build)) {
        Ok(Ok(pool)) => Ok(pool),
        Ok(Err(error)) => Err(one_line(&error.to_string())),
        Err(_) => Err("the descriptors are contradictory".to_owned()),
    }
}

/// Finds files for the compiler, within limits.
struct Resolver {
    inline: Vec<(String, String)>,
    include: Vec<PathBuf>,
    google: GoogleFileResolver,
    opened: AtomicUsize,
}

impl FileResolver for Resolver {
    fn resolve_path(&self, path: &Path) -> Option<String> {
        let of = |folder: &PathBuf| protox::file::IncludeFileResolver::new(folder.clone()).resolve_path(path);
        self.include.iter().find_map(of)
    }

    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        if self.opened.fetch_add(1, Ordering::Relaxed) >= FILES_MAX {
            return Err(protox::Error::new(format!("more than {FILES_MAX} files are imported")));
        }
        if let Some((_, text)) = self.inline.iter().find(|(known, _)| known == name) {
            return File::from_source(name, text);
        }
        for folder in &self.include {
            let path = folder.join(name);
            let Ok(metadata) = std::fs::metadata(&path) else { continue };
            if metadata.len() > FILE_BYTES_MAX as u64 {
                let message = format!("{} has more than {FILE_BYTES_MAX} bytes", path.display());
                return Err(protox::Error::new(message));
            }
            return File::open(name, &path);
        }
        self.google.open_file(name)
    }
}

impl std::fmt::Debug for Descriptors {
    /// Shows the services alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.services().map(|service| service.full_name().to_owned())).finish()
    }
}

/// Whether a file exists and is not too large.
fn readable(field: &str, path: &Path) -> Result<(), Fault> {
    let refused = |why: &str| unreadable(field, path, why);
    let size = std::fs::metadata(path).map_err(|error| refused(&error.to_string()))?.len();
    if size > FILE_BYTES_MAX as u64 {
        return Err(refused(&format!("it has {size} bytes; at most {FILE_BYTES_MAX} are allowed")));
    }
    Ok(())
}

fn unreadable(field: &str, path: &Path, why: &str) -> Fault {
    invalid("unreadable_file", field, format!("cannot read {}: {why}", path.display()))
}

pub(crate) fn invalid(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
}

/// Text without line breaks, as messages are.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;

    const SHOP: &str = "syntax = \"proto3\";\npackage shop;\nimport \"common/money.proto\";\n\
        service Cart { rpc Total (Request) returns (common.Money); }\nmessage Request { string id = 1; }\n";
    const MONEY: &str = "syntax = \"proto3\";\npackage common;\nimport \"google/protobuf/timestamp.proto\";\n\
        message Money { int64 units = 1; google.protobuf.Timestamp at = 2; }\n";

    /// A folder with these files.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn imports_are_found_in_the_given_folders() {
        let folder = folder(&[("api/shop.proto", SHOP), ("common/money.proto", MONEY)]);
        let source = [ProtoSource::File(folder.path().join("api/shop.proto"))];
        let descriptors = Descriptors::compile(&source, &[folder.path().to_owned()]).unwrap();
        assert!(descriptors.0.get_service_by_name("shop.Cart").is_some());
        let fault = Descriptors::compile(&source, &[]).unwrap_err();
        assert_eq!(fault.detail.name(), "invalid_proto");
        assert_eq!(fault.message, "shop.proto:3:1: import 'common/money.proto' not found");
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, expected) in [
            (
                "syntax = \"proto3\";\nmessage A {\n  string a 1;\n}\n",
                "inline.proto:3:12: expected '=', but found '1'",
            ),
            ("syntax = \"proto3\";\nmessage A { B b = 1; }\n", "inline.proto:2:13: name 'B' is not defined"),
        ] {
            let fault = Descriptors::compile(&[ProtoSource::from_text(text)], &[]).unwrap_err();
            assert_eq!((fault.code, fault.message.as_str()), (Code::InvalidRequest, expected));
        }
        let missing = Descriptors::compile(&[ProtoSource::from_text("/none/a.proto")], &[]).unwrap_err();
        assert_eq!(missing.detail.name(), "unreadable_file");
    }

    #[test]
    fn a_descriptor_set_is_read_and_a_broken_one_refused() {
        let text = "syntax = \"proto3\";\npackage shop;\nservice Cart { rpc Total (A) returns (A); }\nmessage A {}\n";
        let compiled = Descriptors::compile(&[ProtoSource::from_text(text)], &[]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.bin");
        std::fs::write(&path, compiled.0.encode_to_vec()).unwrap();
        assert!(Descriptors::read(&path).unwrap().0.get_service_by_name("shop.Cart").is_some());
        std::fs::write(&path, b"no descriptors").unwrap();
        assert_eq!(Descriptors::read(&path).unwrap_err().detail.name(), "invalid_descriptor_set");
    }

    #[test]
    fn received_descriptors_do_not_replace_those_of_protobuf() {
        let file = FileDescriptorProto {
            name: Some("evil.proto".to_owned()),
            package: Some("google.protobuf".to_owned()),
            message_type: vec![prost_types::DescriptorProto {
                name: Some("Timestamp".to_owned()),
                ..Default::default()
            }],
            ..Default::default()
        };
        assert!(Descriptors::received(vec![file]).is_err());
        let decoded = FileDescriptorProto::decode(&b"\x0a\x01a"[..]).unwrap();
        assert!(Descriptors::received(vec![decoded]).is_ok());
    }
}
