//! Explanations against the definition: what they say in text, in pictures and in JSON is parsed, and compared with `reference`.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

mod blocks;
mod broadcast;
mod cli;
mod dot;
mod forward;
mod function;
mod json;
mod layout;
mod literal;
mod picture;
