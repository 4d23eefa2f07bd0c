//! Explanations against the definition: what they say in text, in pictures and in JSON is parsed, and compared with `reference`.

mod blocks;
mod broadcast;
mod cli;
mod diagram;
mod dot;
mod forward;
mod function;
mod json;
mod language;
mod layout;
mod literal;
mod picture;
