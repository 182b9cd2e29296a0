//! A file that is read again when it has changed.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

/// A file and what was read from it.
///
/// Each use looks at the file's metadata, as the system's own resolver does, and reads the file again when it is another
/// one or has changed. Two changes within one tick of the file system's clock that keep the length look like one.
pub(super) struct Watched<T> {
    path: PathBuf,
    bytes_max: u64,
    read: Box<Read<T>>,
    known: RwLock<Option<(Stamp, Arc<T>)>>,
}

/// What reads the bytes of a file.
type Read<T> = dyn Fn(&[u8]) -> T + Send + Sync;

/// What identifies the content of a file: its device, inode, length, and times of modification and change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp([i64; 7]);

impl<T> Watched<T> {
    /// A file of which at most this many bytes are read, by `read`.
    pub(super) fn new(
        path: impl Into<PathBuf>,
        bytes_max: u64,
        read: impl Fn(&[u8]) -> T + Send + Sync + 'static,
    ) -> Self {
        Self { path: path.into(), bytes_max, read: Box::new(read), known: RwLock::default() }
    }

    /// What the file says now.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(super) fn current(&self) -> io::Result<Arc<T>> {
        // Before the content: a change between the two is seen at the next use.
        let stamp = Stamp::of(&std::fs::metadata(&self.path)?);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, content)) = known
            && of == stamp
        {
            return Ok(content);
        }
        let mut bytes = Vec::new();
        File::open(&self.path)?.take(self.bytes_max).read_to_end(&mut bytes)?;
        let content = Arc::new((self.read)(&bytes));
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some((stamp, Arc::clone(&content)));
        Ok(content)
    }
}

impl<T> std::fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watched").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        // Numbers that are compared, never calculated with: a wrapped one is as good.
        let signed = |number: u64| i64::from_ne_bytes(number.to_ne_bytes());
        Self([
            signed(metadata.dev()),
            signed(metadata.ino()),
            signed(metadata.size()),
            metadata.mtime(),
            metadata.mtime_nsec(),
            metadata.ctime(),
            metadata.ctime_nsec(),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_again_only_when_it_has_changed() {
        let path = std::env::temp_dir().join(format!("faultfinder-watched-{}", std::process::id()));
        let watched = Watched::new(&path, 4, <[u8]>::to_vec);
        assert_eq!(watched.current().unwrap_err().kind(), io::ErrorKind::NotFound);
        std::fs::write(&path, "one").unwrap();
        let first = watched.current().unwrap();
        assert_eq!(*first, b"one");
        assert!(Arc::ptr_eq(&first, &watched.current().unwrap()), "it was read again");
        // Another length, so that the test does not depend on the file system's clock.
        std::fs::write(&path, "seven").unwrap();
        assert_eq!(*watched.current().unwrap(), b"seve", "at most four bytes");
        std::fs::remove_file(&path).unwrap();
        assert!(watched.current().is_err());
    }
}
