//! Files of other programs, by how they begin: what each is, and the command that helps.
//!
//! ```text
//!   89 'PNG'           a PNG image: ...               'PK' + archive/data.pkl    a checkpoint of torch.save: ...
//!   'version https..'  a pointer of Git LFS: ...      none of these              begins like no format known here
//! ```
//!
//! Read next: `mod.rs`, the formats that are read.

use alloc::string::ToString;

use crate::error::Error;

/// As many bytes as tell what a file is.
pub(crate) const HEAD_BYTES: usize = 256;

pub(super) const TORCH: &str = match cfg!(feature = "torch") {
    false => "a checkpoint of torch.save: Cargo's feature \"torch\" reads it, if torch 1.6 or later has saved it",
    true => "a checkpoint of torch.save before torch 1.6: in Python, torch.save(torch.load(\"FILE\"), \"FILE.pt\")",
};
pub(super) const TORCH_SCRIPT: &str = "a program of torch.jit.save: in Python, \
                                       torch.save(torch.jit.load(\"FILE\").state_dict(), \"FILE.pt\")";
const TORCH_EXPORT: &str = "a program of torch.export.save: in Python, \
                            torch.save(torch.export.load(\"FILE\").state_dict, \"FILE.pt\")";
pub(super) const KERAS: &str = "a Keras model: in Python, numpy.savez(\"FILE.npz\", **{v.path: v.numpy() for v in \
                                keras.models.load_model(\"FILE\").weights})";

/// How other files begin, and what they are.
const FOREIGN: [(&[u8], &str); 14] = [
    (b"\x89HDF\r\n\x1a\n", KERAS_OR_HDF5),
    (b"GGUF", GGUF),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself: git lfs pull"),
    (b"\x89PNG", "a PNG image: in Python, numpy.save(\"FILE.npy\", PIL.Image.open(\"FILE\"))"),
    (b"\xff\xd8\xff", "a JPEG image: in Python, numpy.save(\"FILE.npy\", PIL.Image.open(\"FILE\"))"),
    (b"\xd0\xcf\x11\xe0", OFFICE),
    (b"<!doctype", HTML),
    (b"<html", HTML),
    (b"(dp", OLD_PICKLE),
    (b"(lp", OLD_PICKLE),
    (b"cnumpy", OLD_PICKLE),
    (b"ccollections\n", OLD_PICKLE),
    (b"}q", OLD_PICKLE),
    (b"]q", OLD_PICKLE),
];

const KERAS_OR_HDF5: &str = "an HDF5 file, as Keras wrote them: in Python, numpy.savez(\"FILE.npz\", **{v.path: \
                             v.numpy() for v in keras.models.load_model(\"FILE\").weights}), or h5py for others";
const GGUF: &str = "a GGUF model: in Python, numpy.savez(\"FILE.npz\", **{t.name: t.data for t in \
                    gguf.GGUFReader(\"FILE\").tensors})";
const HTML: &str = "an HTML page, not the file that it links to: curl -L -o FILE with the address of the file itself";
const OLD_PICKLE: &str = "a pickle of protocol 0 or 1: in Python, pickle.dump(pickle.load(open(\"FILE\", \"rb\")), \
                          open(\"FILE.pkl\", \"wb\"), 4)";
const ONNX: &str = "an ONNX model: in Python, numpy.savez(\"FILE.npz\", **{t.name: onnx.numpy_helper.to_array(t) \
                    for t in onnx.load(\"FILE\").graph.initializer})";

const UNKNOWN: &str = match cfg!(feature = "torch") {
    false => "begins like no format known here (npy, npz, safetensors, pkl, IDX, gzip)",
    true => "begins like no format known here (npy, npz, safetensors, pkl, pt, IDX, gzip)",
};

const EXCEL: &str = "an Excel workbook: save the sheet as CSV (UTF-8)";
const OFFICE: &str = "an old file of Excel or Word: save the sheet as CSV (UTF-8)";

/// The error for a file of no format that is read here, which begins so.
pub(crate) fn unknown(head: &[u8]) -> Error {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |start: &[u8]| {
        [head, text].iter().any(|head| head.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
    };
    let what = match head {
        [] => "the file is empty: was it downloaded to its end?",
        // The fields of a model in their order: its version, then who wrote it, in letters.
        [8, 1..=32, 0x12, n, letter, ..] if *n > 0 && letter.is_ascii_alphabetic() => ONNX,
        _ => FOREIGN.iter().find(|(start, _)| begins(start)).map_or(UNKNOWN, |(_, what)| what),
    };
    Error::Format { format: "file", offset: 0, what: what.to_string() }
}

/// The members of a zip that holds no array, as what it is.
pub(super) fn zip_of(names: &[&str]) -> Option<&'static str> {
    let has = |wanted: &str| names.iter().any(|name| name.ends_with(wanted));
    if has("data.pkl") {
        return Some(match cfg!(feature = "torch") {
            false => TORCH,
            true if has("constants.pkl") => TORCH_SCRIPT,
            true => "a checkpoint of torch.save: formats::pt reads it where its data.pkl comes first",
        });
    }
    if has("xl/workbook.xml") {
        return Some(EXCEL);
    }
    if has("archive_format") {
        return Some(TORCH_EXPORT);
    }
    let is_table = |name: &&str| [".csv", ".tsv", ".txt"].iter().any(|end| name.ends_with(end));
    if !names.is_empty() && names.iter().all(is_table) {
        let what = ["a zip of tables: unzip it", "a zip of one table: unzip it, or gzip it instead"];
        return Some(what[usize::from(names.len() == 1)]);
    }
    (has("config.json") && has("model.weights.h5")).then_some(KERAS)
}
