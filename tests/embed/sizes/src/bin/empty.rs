//! What any program weighs.

fn main() {}
