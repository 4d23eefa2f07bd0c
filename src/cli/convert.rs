//! `nptensor convert`: a file in another format.
//!
//! ```text
//!   IN --any format--> tensors [--only NAMES] [+ layers in the metadata] --by the name of OUT--> npy, npz, safetensors
//! ```
//!
//! What is not read, and what the other format cannot hold, is an error, unless an option drops it. OUT appears whole
//! or not at all, once its bytes are read again and found to be what was meant, to the bit.

use std::io::Write;

use nptensor::formats::{self, AnyTensor, Archive, Contents, Format, LayerOrder, LeftOut};
use nptensor::{Layer, Result, Sequential};

use super::args::Args;
use super::input::{few, in_file, left_out, listing, load_silently, note, note_left_out, read_as_known, start, wrong};
use super::model::{dtype_of, layers, lists_its_layers, note_order, scales};
use super::scale::ScaleArgs;
use super::sink::whole;
use super::words;
use super::{Done, Failure};

pub(super) const HELP: &str = "\
Write a file in another format

Usage: nptensor convert IN OUT [OPTIONS]

  IN   .npy, .npz, .safetensors, .pkl, .pt, IDX, or one of them gzipped; - is standard input
  OUT  .npy, .npz or .safetensors, by its name; it appears whole or not at all

Options:
  --only NAME,..    These tensors alone, or all under a key, net for net.0.weight .., in their order
                    in IN; also where IN holds something of a type that is not read. The texts
                    beside them go to .safetensors alone
  --hidden NAME     Activation after every layer but the last, and
  --output NAME     Activation after the last layer: lists the layers of a model in OUT, which
                    then needs no such options
  --layers LIST     All layers in order, \"dense:stem relu dense:head\" for stem.weight, stem.bias ...
  --mean LIST       Put a scale before the layers, which subtracts from each input its number, and
  --std LIST        divides it by its number, as predict does with these options: OUT needs neither
  --drop-metadata   Leave out the texts that IN holds about itself

Example:
  nptensor convert sample_weight.pkl model.safetensors --hidden sigmoid --output softmax
";

pub(super) fn run(mut args: Args, out: &mut dyn Write) -> Done {
    let (only, drop) = (args.option("--only")?, args.flag(&["--drop-metadata"]));
    let scale = ScaleArgs::parse(&mut args)?;
    let (listed, activations) = match layers(&mut args)? {
        [listed, None, None] => (listed, None),
        [_, Some(hidden), Some(output)] => (None, Some([hidden, output])),
        _ => return Err(Failure::Usage("--hidden and --output go together: one alone lists no layers".into())),
    };
    let (from, to) = (args.operand("IN")?, args.operand("OUT")?);
    args.done()?;
    let Some(format @ (Format::Npy | Format::Npz | Format::Safetensors)) = Format::of_name(&to) else {
        return Err(Failure::Usage(format!("OUT takes a name in .npy, .npz or .safetensors, not '{to}'")));
    };
    let mut contents = load_silently(&from)?;
    if let Some(names) = only {
        let archive = contents.into_archive();
        let known = |name: &str| archive.contains(name) || archive.left_out().iter().any(|(other, _)| other == name);
        let names = list_of_names(&names, known).into_iter().flat_map(|name| all_under(&archive, name, known(name)));
        let mut only = in_file(&from, archive.only(&names.collect::<Vec<_>>()))?;
        if format != Format::Safetensors && !drop && !only.metadata().is_empty() {
            let texts: Vec<&String> = only.metadata().keys().collect();
            note(&from, &format!("leaving out the texts {}", listing(&texts)));
            only.metadata_mut().clear();
        }
        contents = Contents::Archive(only);
    } else {
        nothing_unread(&from, &contents)?;
        note_left_out(&from, &contents);
    }
    if drop && let Contents::Archive(archive) = &mut contents {
        archive.metadata_mut().clear();
    }
    if listed.is_some() || activations.is_some() || scale.is_given() {
        let mut archive = contents.into_archive();
        if let Some(list) = listed {
            words::check(&list, &archive)?;
            archive.metadata_mut().insert("layers".into(), list);
        } else if activations.is_some() && archive.metadata().contains_key("layers") {
            return Err(lists_its_layers(&from));
        }
        note_order(&from, &archive);
        let list = in_file(&from, list(&archive, activations))?;
        archive.metadata_mut().insert("layers".into(), list);
        // Names with blanks cannot be read again.
        let network = in_file(&from, Sequential::<f64>::try_from(&archive))?;
        if scale.is_given() {
            if scales(&archive) {
                return Err(
                    wrong(&from, "begins with a scale of its own, and --mean and --std would be a second").into()
                );
            }
            let Some(inputs) = network.inputs() else {
                return Err(wrong(&from, "no layer tells how many inputs --mean and --std are for").into());
            };
            let dtype = dtype_of(&archive);
            scale.read()?.put_first(&mut archive, inputs, dtype)?;
            in_file(&from, Sequential::<f64>::try_from(&archive))?;
        }
        contents = Contents::Archive(archive);
    } else if let (Contents::Archive(archive), Format::Safetensors) = (&contents, format)
        && let Ok((LayerOrder::File, names)) = formats::layer_order(archive)
    {
        let names = listing(&names);
        note(&to, &format!("safetensors has no order: that of the layers {names} is lost without --layers"));
    }
    if let Contents::Archive(archive) = &contents
        && format != Format::Safetensors
        && let Some(key) = archive.metadata().keys().next()
    {
        let what =
            format!("{} has no place for metadata ({key:?}): .safetensors has, or --drop-metadata", format.name());
        return Err(wrong(&to, what).into());
    }
    let bytes = in_file(&to, formats::to_bytes(&contents, format))?;
    if !in_file(&to, read_as_known(&bytes).and_then(|read| is_same(&contents, &read)))? {
        return Err(wrong(&to, "what is read of it is not what was written: nothing is saved").into());
    }
    whole(&to, &bytes, out)
}

/// Whether what was read holds the same, to the bit, under the same names, where it has names.
fn is_same(written: &Contents, read: &Contents) -> Result<bool> {
    // (In C order, which safetensors makes of any.)
    let bits = |tensor: &AnyTensor| formats::to_bytes(&tensor.into(), Format::Safetensors);
    let same = |a, b: Option<_>| -> Result<bool> { Ok(Some(bits(a)?) == b.map(bits).transpose()?) };
    match (written, read) {
        (Contents::Archive(a), Contents::Archive(b)) => {
            let mut all = a.len() == b.len() && a.metadata() == b.metadata();
            for (name, tensor) in a {
                all = all && same(tensor, b.get(name))?;
            }
            Ok(all)
        }
        // A tensor gets a name where it needs one, or loses it.
        (Contents::Tensor(a), Contents::Archive(b)) | (Contents::Archive(b), Contents::Tensor(a)) => {
            Ok(b.len() == 1 && same(a, b.iter().next().map(|(_, b)| b))?)
        }
        (Contents::Tensor(a), Contents::Tensor(b)) => same(a, Some(b)),
    }
}

/// The names in a list with commas, in which a name that is known may have commas of its own.
fn list_of_names(list: &str, known: impl Fn(&str) -> bool) -> Vec<&str> {
    let (mut names, mut rest) = (Vec::new(), Some(list));
    while let Some(text) = rest {
        let mut ends = text.match_indices(',').map(|(at, _)| at).chain([text.len()]).rev();
        let end = ends.find(|&end| known(&text[..end])).or_else(|| text.find(',')).unwrap_or(text.len());
        names.push(&text[..end]);
        rest = text.get(end + 1..);
    }
    names
}

/// The names under a key, `net.0.weight` for `net`, or the name itself where it is one, or none is under it.
fn all_under<'a>(archive: &'a Archive, key: &'a str, known: bool) -> Vec<&'a str> {
    let is_under = |name: &&str| name.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
    let under: Vec<&str> = archive.names().filter(|name| !known && is_under(name)).collect();
    if under.is_empty() { vec![key] } else { under }
}

/// An error where there is something of a type that is not read: the other file would lack it.
fn nothing_unread(path: &str, contents: &Contents) -> Result<()> {
    let Contents::Archive(archive) = contents else { return Ok(()) };
    let unread =
        || archive.left_out().iter().filter(|(_, why)| matches!(why, LeftOut::Type(_) | LeftOut::Container(_)));
    if unread().next().is_none() {
        return Ok(());
    }
    let rest = match archive.is_empty() {
        true => String::from("there is nothing else"),
        false => format!("--only {} takes the others", few(archive.names().map(|name| start(name, 80)), ",")),
    };
    Err(wrong(path, format!("cannot convert {}: {rest}", left_out(unread()))))
}

/// The layers of the network in an archive, listed there or with these activations: with their parameters, and with
/// names, unless numbers in them tell the order.
fn list(archive: &Archive, activations: Option<[String; 2]>) -> Result<String> {
    let Some(names) = activations else { return formats::list_in_full(archive) };
    let [hidden, output] = names.map(|name| Layer::activation(&name).unwrap_or(Layer::Identity));
    let network: Sequential = formats::model(archive, hidden, output)?;
    let numbered = formats::layer_order(archive)?.0 == LayerOrder::Numbers;
    let name = |(i, layer): (usize, &Layer)| match network.layer_name(i) {
        Some(name) if !numbered => format!("{layer}:{name}"),
        _ => layer.to_string(),
    };
    Ok(network.layers().iter().enumerate().map(name).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nptensor::Tensor;

    /// Any bit, name, shape, type or text makes another file.
    #[test]
    fn what_differs_is_seen() -> Result<()> {
        let archive = |name: &str, tensor: AnyTensor| {
            let mut archive = Archive::new();
            archive.insert("a", Tensor::from([1_u8])).and_then(|()| archive.insert(name, tensor)).map(|()| archive)
        };
        let written = archive("b", Tensor::from([[0.0, f64::NAN]]).into())?;
        let same = |read: &Archive| is_same(&(&written).into(), &read.into());
        assert!(same(&archive("b", Tensor::from([[0.0], [f64::NAN]]).t().into())?)?);
        for (name, tensor) in [
            ("c", Tensor::from([[0.0, f64::NAN]]).into()),
            ("b", Tensor::from([[-0.0, f64::NAN]]).into()),
            ("b", Tensor::from([[0.0, -f64::NAN]]).into()),
            ("b", Tensor::from([[0.0], [f64::NAN]]).into()),
            ("b", Tensor::from([[0.0, f32::NAN]]).into()),
        ] {
            assert!(!same(&archive(name, tensor)?)?);
        }
        let mut more = written.clone();
        more.metadata_mut().insert("layers".into(), "dense".into());
        assert!(!same(&more)?);
        more.metadata_mut().clear();
        more.insert("c", Tensor::from([1_u8]))?;
        assert!(!same(&more)?);
        // Without names, the one tensor alone.
        let one = |tensor: AnyTensor| Contents::Tensor(tensor);
        assert!(is_same(&one(Tensor::from([1.0]).into()), &one(Tensor::from([1.0]).into()))?);
        assert!(!is_same(&one(Tensor::from([1.0]).into()), &one(Tensor::from([2.0]).into()))?);
        Ok(())
    }
}
