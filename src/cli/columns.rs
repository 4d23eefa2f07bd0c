//! The columns of a text: which of them are the inputs, which is the label, by the names of a heading or by numbers.
//!
//! ```text
//!   id,width,height,species      --columns height,width --label species
//!   7,   0.2,   1.4,setosa       field 1 -> input 1, field 2 -> input 0, field 3 -> label, field 0 is not read
//! ```
//!
//! Columns count from 1. Read next: `csv.rs` (the fields), `lines.rs` (the lines), `classes.rs` (labels).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::args::Args;
use super::classes::Classes;
use super::csv::{fields, is_number, is_text, unquote};
use super::input::{few, note, start};
use super::{Done, Failure};

#[derive(Clone, Default)]
pub(super) struct ColumnArgs {
    /// Whether the first line is a heading, where that is said.
    header: Option<bool>,
    columns: Option<Vec<String>>,
    pub(super) label: Option<String>,
    /// What stands for a missing value.
    pub(super) missing: Option<f64>,
    /// The classes of the labels, if these are read.
    pub(super) classes: Option<Classes>,
}

impl ColumnArgs {
    pub(super) fn parse(args: &mut Args) -> Done<Self> {
        let items = |list: &str| fields(list, Some(',')).map(|item| Some(unquote(item.ok()?).into_owned())).collect();
        Ok(ColumnArgs {
            columns: args.value("--columns", "names and numbers with commas between", items)?,
            missing: args.value("--missing", "a number", |text| text.parse().ok())?,
            header: header(args)?,
            label: args.option("--label")?,
            classes: None,
        })
    }

    /// With a heading, or with one that is looked for.
    pub(super) fn of_heading(args: &mut Args) -> Done<Self> {
        Ok(ColumnArgs { header: header(args)?, ..ColumnArgs::default() })
    }

    /// An option that says something of the columns, if there is one.
    pub(super) fn any(&self) -> Option<&'static str> {
        let ColumnArgs { header, columns, label, missing, .. } = self;
        let given = [
            (*header == Some(true), "--header"),
            (*header == Some(false), "--no-header"),
            (columns.is_some(), "--columns"),
            (label.is_some(), "--label"),
            (missing.is_some(), "--missing"),
        ];
        given.iter().find(|(given, _)| *given).map(|(_, option)| *option)
    }

    /// Whether there is a heading, by these options: it is said, or columns are named.
    pub(super) fn has_heading(&self) -> Option<bool> {
        let named = || self.columns.iter().flatten().chain(&self.label).any(|item| numbers(item).is_none());
        self.header.or_else(|| named().then_some(true))
    }
}

/// What the options say of a heading.
fn header(args: &mut Args) -> Done<Option<bool>> {
    match ["--header", "--no-header"].map(|name| args.flag(&[name])) {
        [true, true] => Err(Failure::Usage("--header and --no-header are both given".into())),
        [header, none] => Ok((header || none).then_some(header)),
    }
}

/// Whether one line is a heading, by the next, which has a number below a text of it. The other fields may be names, or
/// numbers that count up: from 0 or 1, as pandas numbers columns without a name, or three and more of them, as years.
pub(super) fn is_heading(first: &str, second: &str, separator: Option<char>) -> bool {
    let below = fields(second, separator).flatten().map(Some).chain(std::iter::repeat(None));
    let mut found = false;
    let all = fields(first, separator).flatten().zip(below).all(|(name, below)| {
        found |= is_text(name) && below.is_some_and(is_number);
        is_number(name) || unquote(name).trim().is_empty() || name.contains(char::is_alphabetic)
    });
    all && found && counting(first, separator).is_some_and(|(start, count)| start < 2 || count > 2)
}

/// With which number a line begins whose numbers count up one by one, and how many it has; 0 and 0 without any.
pub(super) fn counting(line: &str, separator: Option<char>) -> Option<(u64, u64)> {
    let numbers = fields(line, separator).flatten().filter(|field| is_number(field));
    numbers.map(|field| unquote(field).trim().parse().ok()).try_fold((0, 0), |(start, count), number: Option<u64>| {
        let start = if count == 0 { number? } else { start };
        (number?.checked_sub(start) == Some(count)).then_some((start, count + 1))
    })
}

/// Whether a comment is the heading of a table that begins with this line: the same, and of as many fields.
pub(super) fn is_heading_of(comment: &str, first: &str, separator: Option<char>) -> bool {
    let count = |line| fields(line, separator).count();
    count(comment) == count(first) && is_heading(comment, first, separator)
}

/// What each field of a line is.
pub(super) struct Columns {
    heading: Option<String>,
    separator: Option<char>,
    pub(super) count: usize,
    /// The fields that are inputs, in their order, and which of the inputs they are; `None` for all but the label.
    inputs: Option<Vec<(usize, usize)>>,
    label: Option<usize>,
}

impl Columns {
    /// For a file with a heading, or of whose lines one is given.
    pub(super) fn new(
        path: &str,
        args: &ColumnArgs,
        line: &str,
        heading: bool,
        separator: Option<char>,
        inputs: usize,
    ) -> Result<Self, String> {
        let count = fields(line, separator).try_fold(0, |count, field| field.map(|_| count + 1))?;
        let heading = heading.then(|| line.to_string());
        let mut columns = Columns { heading, separator, count, inputs: None, label: None };
        columns.label =
            args.label.as_ref().map(|item| columns.find(path, "--label", item)).transpose()?.map(|found| found.start);
        if let Some(items) = &args.columns {
            // (A column may stand twice, but a list that no model takes ends here.)
            let most = inputs.max(count);
            // (A map, as it stands in confusion.rs: a sort would be compiled for this.)
            let mut inputs = BTreeMap::new();
            for item in items {
                let found = columns.find(path, "--columns", item)?;
                // (What a range without an end takes is the rest, and the label is none of it.)
                let label = columns.label.filter(|_| item.ends_with('-') && numbers(item).is_some());
                for column in found.filter(|&column| Some(column) != label) {
                    if inputs.len() >= most {
                        return Err(format!("--columns: more than {most} columns are listed"));
                    }
                    inputs.entry((column, inputs.len())).or_insert(0_usize);
                }
            }
            columns.inputs = Some(inputs.into_keys().collect());
        }
        Ok(columns)
    }

    pub(super) fn width(&self) -> usize {
        self.inputs.as_ref().map_or(self.count - usize::from(self.label.is_some()), Vec::len)
    }

    pub(super) fn has_heading(&self) -> bool {
        self.heading.is_some()
    }

    /// The names of a heading, without their quotes.
    pub(super) fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.heading.iter().flat_map(|heading| fields(heading, self.separator)).flatten().map(unquote)
    }

    /// What stands between two fields.
    pub(super) fn between_fields(&self) -> &'static str {
        match self.separator {
            Some(',') => "commas",
            Some(';') => "semicolons",
            Some('\t') => "tabs",
            Some('|') => "bars",
            Some(_) => "blanks",
            None => "blanks or commas",
        }
    }

    /// The first few names, or how many columns there are.
    pub(super) fn listed(&self) -> String {
        if self.heading.is_none() {
            return format!("{} columns without names", self.count);
        }
        let name = |name: Cow<'_, str>| if name.is_empty() { "\"\"".into() } else { start(&name, 40) };
        few(self.names().map(name), ", ")
    }

    /// Where columns of this name are.
    fn places(&self, name: &str) -> impl Iterator<Item = usize> {
        self.names().enumerate().filter(move |(_, other)| *other == name).map(|(at, _)| at)
    }

    /// The columns of one item: a number, a range of these, or a name.
    fn find(&self, path: &str, option: &str, item: &str) -> Result<Range<usize>, String> {
        let none = || format!("{option}: no column {} among {}", start(item, 40), self.listed());
        let Some(mut numbers) = numbers(item) else {
            let mut columns = self.places(item);
            return match (columns.next(), columns.next()) {
                (Some(at), None) => Ok(at..at + 1),
                (Some(a), Some(b)) => {
                    Err(format!("{option}: columns {} and {} have this name: by number", a + 1, b + 1))
                }
                _ if option == "--label" => Err(none()),
                _ => self.between(option, item).unwrap_or_else(|| Err(none())),
            };
        };
        if item.ends_with('-') {
            numbers.end = self.count.max(numbers.start + 1);
        }
        if numbers.end > self.count || (option == "--label" && numbers.len() > 1) {
            return Err(none());
        }
        let (first, last) = item.split_once('-').unwrap_or((item, item));
        let ends = [(first, numbers.start), (last, numbers.end - 1), (item, numbers.start)];
        if ends.iter().any(|&(name, at)| !name.is_empty() && self.places(name).any(|other| other != at)) {
            note(path, &format!("{option} {item} counts columns, though others have such names"));
        }
        Ok(numbers)
    }

    /// The columns of a range of names, `age:income`, the last among them; none where it is no such range.
    fn between(&self, option: &str, item: &str) -> Option<Result<Range<usize>, String>> {
        let only = |name| {
            let mut found = self.places(name);
            found.next().filter(|_| found.next().is_none())
        };
        let mut ends = item.match_indices(':').map(|(at, _)| (only(&item[..at]), only(&item[at + 1..])));
        let (first, last) = ends.find_map(|ends| ends.0.zip(ends.1))?;
        let what = || format!("{option}: {} ends before it begins", start(item, 40));
        Some(if first <= last { Ok(first..last + 1) } else { Err(what()) })
    }

    /// Each input of a line with its index, and the label, with none. An error has the column, if it is of one.
    pub(super) fn read(
        &self,
        line: &str,
        take: &mut dyn FnMut(Option<usize>, &str) -> Result<(), String>,
    ) -> Result<(), String> {
        let (mut count, mut next, inputs, mut failed) = (0, 0, self.inputs.as_deref(), None);
        for field in fields(line, self.separator) {
            let at = |what: String| format!("column {}: {what}", self.called(count));
            let field = field.map_err(|what| at(what.into()))?;
            let mut taken = Ok(());
            if self.label == Some(count) {
                taken = take(None, &unquote(field));
            } else if inputs.is_none() && count < self.count {
                taken = take(Some(next), &unquote(field));
                next += 1;
            }
            while let Some(&(_, input)) = inputs.and_then(|inputs| inputs.get(next)).filter(|input| input.0 == count) {
                taken = taken.and_then(|()| take(Some(input), &unquote(field)));
                next += 1;
            }
            // The first, and only where the line has as many fields as others: else that is what is wrong.
            if let (Err(what), None) = (taken, &failed) {
                failed = Some(at(what));
            }
            count += 1;
        }
        match count {
            0 => Err("no numbers".into()),
            count if count != self.count => Err(format!("{count} fields, where rows have {}", self.count)),
            _ => failed.map_or(Ok(()), Err),
        }
    }

    fn called(&self, column: usize) -> String {
        let name = self.names().nth(column).map(|name| format!(" ({})", start(&name, 40)));
        format!("{}{}", column + 1, name.unwrap_or_default())
    }
}

/// The columns of a number or a range, from 1; of one without an end, `2-`, the first.
fn numbers(item: &str) -> Option<Range<usize>> {
    let number = |text: &str| text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
    let (first, last) = item.split_once('-').unwrap_or((item, item));
    let [first, last] = [number(first)?, number(if last.is_empty() { first } else { last })?]
        .map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    (1 <= first && first <= last).then(|| first - 1..last)
}
