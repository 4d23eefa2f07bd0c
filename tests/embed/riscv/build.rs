//! Where the linker finds the map of the board's memory.

fn main() {
    println!("cargo:rustc-link-arg=-T{}/virt.x", std::env::var("CARGO_MANIFEST_DIR").unwrap());
    println!("cargo:rerun-if-changed=virt.x");
}
