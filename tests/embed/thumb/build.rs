//! Where the linker finds the map of the board's memory: qemu's `microbit` for chips without compare-and-swap, else its `mps2-an386`. And the network that the
//! latter has in its flash.

use std::env::var;

fn main() {
    let (flash, ram) = if var("TARGET").unwrap().starts_with("thumbv6m") { ("256K", "16K") } else { ("4M", "4M") };
    let map = format!(
        "MEMORY\n{{\n  FLASH : ORIGIN = 0x00000000, LENGTH = {flash}\n  RAM   : ORIGIN = 0x20000000, LENGTH = {ram}\n}}\n"
    );
    let out = var("OUT_DIR").unwrap();
    std::fs::write(format!("{out}/memory.x"), map).unwrap();
    std::fs::write(format!("{out}/network.safetensors"), network()).unwrap();
    println!("cargo:rustc-link-search={out}");
    println!("cargo:rustc-link-arg=-Tlink.x");
    println!("cargo:rerun-if-changed=build.rs");
}

/// 784-50-10 as torch saves it, weights (outputs, inputs), with numbers that are exact.
fn network() -> Vec<u8> {
    let weights = |n: usize, m: usize, period: usize| {
        let w = move |i: usize| ((i % period) as f32 - (period / 2) as f32) / (period + 1) as f32;
        (0..m).flat_map(move |j| (0..n).map(move |i| w(i * m + j)))
    };
    let (mut header, mut data) = (String::from(r#"{"__metadata__":{"layers":"dense relu dense"}"#), Vec::new());
    let mut array = |name: &str, shape: &[usize], values: &mut dyn Iterator<Item = f32>| {
        let begin = data.len();
        data.extend(values.flat_map(f32::to_le_bytes));
        header += &format!(r#","{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{begin},{}]}}"#, data.len());
    };
    array("0.weight", &[50, 784], &mut weights(784, 50, 7));
    array("0.bias", &[50], &mut [0.5; 50].into_iter());
    array("2.weight", &[10, 50], &mut weights(50, 10, 3));
    array("2.bias", &[10], &mut [0.0; 10].into_iter());
    header += "}";
    header += &" ".repeat(header.len().next_multiple_of(8) - header.len());
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}
