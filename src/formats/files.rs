//! Files for the formats: the one place here that needs an operating system.
//!
//! ```text
//!   path --whole file--> bytes --formats::read--> Contents
//!
//!   Contents --formats::to_bytes--> bytes --> .name.123.part beside the target --rename--> path
//! ```
//!
//! A file that is written appears whole or not at all: until it is complete it has another name, and an error removes
//! it. All other modules of `formats` work on byte slices. Read next: `mod.rs`.

use alloc::string::ToString;
use alloc::vec::Vec;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use super::model::archive_of;
use super::npy::{Header, MAX_HEADER_BYTES};
use super::{Contents, Format, HEAD_BYTES, read, reserve, to_bytes};
use crate::error::{Error, IoSource, Result};
use crate::kernel::closed::Float;
use crate::nn::Sequential;

/// The tensor or tensors in the file at `path`, whatever its format.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read, [`Error::Format`] when it makes no sense.
///
/// ```no_run
/// use nptensor::formats;
/// let weights = formats::load("weights.npz")?.into_archive();
/// let w1 = weights.tensor::<f32>("W1")?;
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn load(path: impl AsRef<Path>) -> Result<Contents> {
    let path = path.as_ref();
    let failed = |error| io_error(path, error);
    let (mut file, mut bytes) = (File::open(path).map_err(failed)?, Vec::new());
    io::Read::take(&mut file, HEAD_BYTES as u64).read_to_end(&mut bytes).map_err(failed)?;
    // What begins like nothing that is read here is not read to its end.
    if Format::of(&bytes).is_some() {
        let len = usize::try_from(file.metadata().map_err(failed)?.len()).unwrap_or(usize::MAX);
        reserve(&mut bytes, len)?;
        file.read_to_end(&mut bytes).map_err(failed)?;
    }
    read(&bytes)
}

/// Writes a tensor, an archive or contents to a file whose name says the format: `.npy`, `.npz` or `.safetensors`. It
/// appears whole or not at all.
///
/// # Errors
/// [`Error::Io`] when the file cannot be written; those of [`to_bytes`].
///
/// ```
/// use nptensor::Tensor;
/// use nptensor::formats;
/// let path = std::env::temp_dir().join(format!("nptensor-save-{}.npy", std::process::id()));
/// let x = Tensor::from([1.0, 2.0]);
/// formats::save(&path, &x)?;
/// assert_eq!(formats::load(&path)?.into_tensor()?.cast::<f64>(), x);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn save(path: impl AsRef<Path>, contents: impl Into<Contents>) -> Result<()> {
    let path = path.as_ref();
    let format = Format::of_name(&path.to_string_lossy());
    let format = format.ok_or_else(|| misnamed(path, "the name does not end in .npy, .npz or .safetensors"))?;
    let bytes = to_bytes(&contents.into(), format)?;
    let mut file = WholeFile::create(path)?;
    file.write_all(&bytes).map_err(|error| io_error(path, error))?;
    file.commit()
}

/// The network in the file at `path`, which describes its own layers, as [`save_model`] writes it: see
/// [`read_model`](super::read_model). (What else is in the file, [`load`] tells.)
///
/// # Errors
/// [`Error::Io`] when the file cannot be read; those of [`read_model`](super::read_model).
pub fn load_model<T: Float>(path: impl AsRef<Path>) -> Result<Sequential<T>> {
    Sequential::try_from(&load(path)?.into_archive())
}

/// Writes a network with its layers to a `.safetensors` file, whose arrays other tools read, whole or not at all.
///
/// # Errors
/// [`Error::Io`] when the file cannot be written, or its name ends otherwise: no other format keeps the layers.
///
/// ```
/// use nptensor::{Layer, Sequential, formats};
/// let path = std::env::temp_dir().join(format!("nptensor-model-{}.safetensors", std::process::id()));
/// let network = Sequential::new([Layer::dense([[1.0, 0.0], [0.0, 2.0]], [0.5, 0.5]), Layer::Relu])?;
/// formats::save_model(&path, &network)?;
/// assert_eq!(formats::load_model(&path)?, network);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn save_model<T: Float>(path: impl AsRef<Path>, network: &Sequential<T>) -> Result<()> {
    let path = path.as_ref();
    if Format::of_name(&path.to_string_lossy()) != Some(Format::Safetensors) {
        return Err(misnamed(path, "a model is saved as .safetensors: no other format keeps its layers"));
    }
    save(path, archive_of(network)?)
}

impl Header {
    /// The header at the beginning of a stream, which is left where the elements begin.
    ///
    /// # Errors
    /// [`Error::Io`] when the stream cannot be read, [`Error::Format`] when it makes no sense.
    ///
    /// ```
    /// use nptensor::formats::npy::{self, Header};
    /// use std::io::Read;
    /// let file = npy::to_bytes(&nptensor::Tensor::from([[1_u8, 2], [3, 4], [5, 6]]).into())?;
    /// let mut stream = &file[..];
    /// let header = Header::read_from(&mut stream)?;
    /// let mut two_rows = [0; 4];
    /// stream.read_exact(&mut two_rows).unwrap();
    /// assert_eq!(header.rows(&two_rows)?.get::<u8>()?.to_vec(), [1, 2, 3, 4]);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn read_from(stream: &mut impl io::Read) -> Result<Self> {
        let mut bytes = Vec::new();
        // Magic, version, and both kinds of length; then as many bytes as the length says.
        for more in [|_: &[u8]| 12, rest_of_header] {
            let wanted = more(&bytes);
            reserve(&mut bytes, wanted as usize)?;
            let read = io::Read::take(&mut *stream, wanted).read_to_end(&mut bytes);
            read.map_err(|error| io_error(Path::new("stream"), error))?;
        }
        Header::read(&bytes)
    }
}

/// How many bytes of an npy header follow its first twelve.
fn rest_of_header(bytes: &[u8]) -> u64 {
    let end = match bytes {
        [_, _, _, _, _, _, 1, _, a, b, ..] => 10 + u64::from(u16::from_le_bytes([*a, *b])),
        [_, _, _, _, _, _, _, _, a, b, c, d, ..] => 12 + u64::from(u32::from_le_bytes([*a, *b, *c, *d])),
        _ => 0,
    };
    // A longer one is refused by its length, without being read.
    end.saturating_sub(12).min(MAX_HEADER_BYTES)
}

/// A file that appears under its name when it is [committed](WholeFile::commit); dropped before that, it is removed.
///
/// What is at the path already and is no plain file (`/dev/stdout`, a named pipe) is written to directly.
///
/// ```
/// use nptensor::formats::WholeFile;
/// use std::io::Write;
/// let path = std::env::temp_dir().join(format!("nptensor-whole-{}", std::process::id()));
/// let mut file = WholeFile::create(&path)?;
/// file.write_all(b"half").unwrap();
/// assert!(!path.exists());
/// drop(file);
/// assert!(!path.exists());
/// # Ok::<(), nptensor::Error>(())
/// ```
#[derive(Debug)]
pub struct WholeFile {
    /// `None` once committed.
    file: Option<File>,
    path: PathBuf,
    /// The path of the bytes until then; `None` where they are written to their target directly.
    beside: Option<PathBuf>,
}

impl WholeFile {
    /// Begins a file that will replace what is at `path`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        WholeFile::begin(path).map_err(|error| io_error(path, error))
    }

    fn begin(path: &Path) -> io::Result<Self> {
        // Of a link, the target is replaced.
        let (path, old) = match fs::metadata(path) {
            Ok(old) => (fs::canonicalize(path)?, Some(old)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (path.to_path_buf(), None),
            Err(error) => return Err(error),
        };
        if old.as_ref().is_some_and(|old| !old.is_file()) {
            let file = OpenOptions::new().write(true).open(&path)?;
            return Ok(WholeFile { file: Some(file), path, beside: None });
        }
        let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_string_lossy().into_owned();
        let mut tries = 0;
        let (beside, file) = loop {
            let beside = path.with_file_name(format!(".{name}.{}-{tries}.part", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&beside) {
                Ok(file) => break (beside, file),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < 100 => tries += 1,
                Err(error) => return Err(error),
            }
        };
        let out = WholeFile { file: Some(file), path, beside: Some(beside) };
        if let (Some(old), Some(file)) = (old, &out.file) {
            file.set_permissions(old.permissions())?;
        }
        Ok(out)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// [`Error::Io`]; then the new file is removed, and the old one is unchanged.
    pub fn commit(mut self) -> Result<()> {
        self.finish().map_err(|error| io_error(&self.path, error))
    }

    fn finish(&mut self) -> io::Result<()> {
        let Some(beside) = &self.beside else { return self.flush() };
        if let Some(file) = &self.file {
            file.sync_all()?;
        }
        // Closed first: some systems do not rename an open file.
        self.file = None;
        fs::rename(beside, &self.path)?;
        self.beside = None;
        Ok(())
    }

    fn open(&mut self) -> io::Result<&mut File> {
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.open()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.open()?.flush()
    }
}

impl io::Seek for WholeFile {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.open()?.seek(to)
    }
}

impl Drop for WholeFile {
    /// Removes what was not committed.
    fn drop(&mut self) {
        self.file = None;
        if let Some(beside) = &self.beside {
            // An error here cannot be reported.
            let _ = fs::remove_file(beside);
        }
    }
}

fn misnamed(path: &Path, what: &str) -> Error {
    Error::Io { path: path.display().to_string(), what: what.into(), source: IoSource::default() }
}

fn io_error(path: &Path, error: io::Error) -> Error {
    Error::Io { path: path.display().to_string(), what: error.to_string(), source: error.into() }
}
