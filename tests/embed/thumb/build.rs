//! Where the linker finds the map of the board's memory: qemu's `microbit` for chips without compare-and-swap, else its `mps2-an386`.

use std::env::var;

fn main() {
    let (flash, ram) = if var("TARGET").unwrap().starts_with("thumbv6m") { ("256K", "16K") } else { ("4M", "4M") };
    let map = format!(
        "MEMORY\n{{\n  FLASH : ORIGIN = 0x00000000, LENGTH = {flash}\n  RAM   : ORIGIN = 0x20000000, LENGTH = {ram}\n}}\n"
    );
    let out = var("OUT_DIR").unwrap();
    std::fs::write(format!("{out}/memory.x"), map).unwrap();
    println!("cargo:rustc-link-search={out}");
    println!("cargo:rustc-link-arg=-Tlink.x");
    println!("cargo:rerun-if-changed=build.rs");
}
