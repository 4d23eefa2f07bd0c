//! The `nptensor` command: the chapter as a tour, and trained networks on real data. It uses the library's public names
//! alone.

#[expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "blocks of rows, a terminal")]
mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
