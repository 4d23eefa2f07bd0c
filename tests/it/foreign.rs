//! Files of other programs, layers of other networks: refused by what they are.

use nptensor::formats::{self, Archive};

/// What is not read here is named for what it is, from its beginning.
#[test]
fn files_of_other_programs_are_named() {
    let table: &[(&[u8], &str)] = &[
        (b"", "the file is empty"),
        (b"\x89HDF\r\n\x1a\n\0", "an HDF5 file"),
        (b"GGUF\x03\0\0\0", "a GGUF model"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old file of Excel or Word: save the sheet as CSV"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        (b"\n<!DOCTYPE html><html>", "an HTML page"),
        (b"\xef\xbb\xbf<HTML>", "an HTML page"),
        (b"\x08\x08\x12\x07pytorch", "an ONNX model"),
        (b"(dp0\nVa\np1\n", "a pickle of protocol 0 or 1"),
        (b"}q\0(U\x01a", "a pickle of protocol 0 or 1"),
        (b"hello", "begins like no format known here"),
        (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.", "a checkpoint of torch.save"),
    ];
    for &(bytes, wanted) in table {
        let error = formats::read(bytes).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error:?} does not say {wanted:?}");
    }
}

#[test]
fn parts_of_other_layers_and_long_lists_are_named() {
    let refused = |arrays: &[(&str, &[usize])], layers: &str, wanted: &str| {
        let mut archive = Archive::new();
        for (name, shape) in arrays {
            archive.insert(*name, nptensor::Tensor::<f32>::zeros(shape).unwrap()).unwrap();
        }
        let error = formats::model_with_layers::<f32>(&archive, layers).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error:?} does not say {wanted:?}");
    };
    let norm = [("1.weight", &[3][..]), ("1.bias", &[3])];
    refused(
        &norm,
        "dense",
        "have 1 dense ones and 0 norms, and there are weights for 0 and 1: \"1\" (3,) is that of a norm",
    );
    refused(&[("bn.running_mean", &[3])], "dense", "no weight for every bias among \"bn.running_mean\"");
    refused(&[], &"step ".repeat(10_001), "are more than 10000, the most that are read");
    refused(&[], "Linear ReLU", "layer \"Linear\" is unknown: known are dense, ");
}
