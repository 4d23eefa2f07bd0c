#![no_main]

use libfuzzer_sys::fuzz_target;
use nptensor::formats::{self, Archive, Format};
use nptensor::{Layer, Sequential};

/// Saved and loaded again it is the same: as bytes, so that nan counts.
fn again(network: &Sequential<f32>) {
    let save = |network| formats::to_bytes(&Archive::from(network).into(), Format::Safetensors).unwrap();
    let once = save(network);
    assert!(save(&formats::read_model(&once).expect("what was saved can be loaded")) == once);
}

fuzz_target!(|file: &[u8]| {
    let Ok(contents) = formats::read(file) else { return };
    if let Ok(network) = formats::model(&contents.into_archive(), Layer::Relu, Layer::Softmax) {
        again(&network);
    }
    if let Ok(network) = formats::read_model(file) {
        again(&network);
    }
});
