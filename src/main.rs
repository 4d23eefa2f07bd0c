//! The `nptensor` command: the chapter as a tour, and trained networks on real data. It uses the library's public names
//! alone.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
