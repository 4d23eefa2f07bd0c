//! Views in a row, as Python has them, taken apart.
//!
//! ```text
//!   a.T[::-1].reshape(6)                 .T   [::-1]   .reshape(6)
//!   np.broadcast_to(a[0], (3, 3)).T      [0]   broadcast_to (3, 3)   .T
//! ```
//!
//! The array is called as one likes, and by itself `a` is no view at all. What each view is, says `View::from_str`.

use alloc::vec::Vec;

use super::{MAX_VIEWS, View, is_array};
use crate::error::Result;

impl View {
    /// Views one after the other, as they are written in Python, or a single one as [`View::from_str`] takes it.
    ///
    /// ```
    /// use nptensor::explain::View;
    ///
    /// let views = View::chain("np.broadcast_to(a[0], (3, 3)).T")?;
    /// assert_eq!(views, [View::Slice("0".into()), View::BroadcastTo(vec![3, 3]), View::Transpose(None)]);
    /// assert_eq!(View::chain("a")?, []);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Explain`](crate::Error::Explain) and [`Error::Literal`](crate::Error::Literal) for what is no view.
    ///
    /// [`View::from_str`]: core::str::FromStr::from_str
    pub fn chain(text: &str) -> Result<Vec<Self>> {
        let (mut array, mut views) = (text.trim(), Vec::new());
        // From the outermost call inwards.
        while let Some((name, inside, after)) = called(array) {
            let (inner, arguments) = inside.split_at(outside(inside, |_, c| c == ',').unwrap_or(inside.len()));
            let call = format!("{name} {}", arguments.trim_start_matches(','));
            let calls = core::iter::once(call.parse()).chain(pieces(after).into_iter().map(str::parse));
            views.splice(0..0, calls.collect::<Result<Vec<_>>>()?);
            array = inner.trim();
            if views.len() > MAX_VIEWS {
                return Ok(views); // (Too many, as whoever takes them will say.)
            }
        }
        let list = pieces(array);
        let begins_with_array = match list[..] {
            [name] => name == "a",
            [name, ..] => is_array(name),
            [] => false,
        };
        let inner = list.into_iter().skip(usize::from(begins_with_array)).map(str::parse);
        views.splice(0..0, inner.collect::<Result<Vec<_>>>()?);
        Ok(views)
    }
}

/// The name, what is between the brackets, and what follows them, of a function of NumPy.
fn called(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.strip_prefix("np.")?.split_once('(')?;
    let end = outside(rest, |_, c| c == ')')?;
    Some((name, &rest[..end], &rest[end + 1..]))
}

/// The parts of a chain, each with the point or the bracket that it begins with.
fn pieces(mut text: &str) -> Vec<&str> {
    let mut list = Vec::new();
    while !text.is_empty() {
        let begins = |at: usize, c| match c {
            _ if at == 0 => false,
            // (Points may be those of `...`, and "slice [0]" is one.)
            '.' => text[at + 1..].starts_with(char::is_alphabetic) && !text[..at].ends_with('.'),
            '[' => !text[..at].ends_with(char::is_whitespace),
            _ => false,
        };
        let (piece, rest) = text.split_at(outside(text, begins).unwrap_or(text.len()));
        list.push(piece);
        text = rest;
    }
    list
}

/// The first character outside all brackets that is so.
fn outside(text: &str, is_so: impl Fn(usize, char) -> bool) -> Option<usize> {
    let mut depth = 0_isize;
    let mut found = text.char_indices().filter(|&(at, c)| {
        let found = depth == 0 && is_so(at, c);
        depth += isize::from("([".contains(c)) - isize::from(")]".contains(c));
        found
    });
    found.next().map(|(at, _)| at)
}
