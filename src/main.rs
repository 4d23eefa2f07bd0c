//! The `nptensor` command.

fn main() {}
