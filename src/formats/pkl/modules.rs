//! What torch's pickles hold around the weights: a checkpoint's other values, and the modules of a Sequential.
//!
//! ```text
//!   {"epoch": 3, "model_state_dict": {..}}      the state_dict; left out: epoch, beside the weights
//!
//!   Sequential                                  Archive  0.weight 0.bias 1.0.weight ..., as its state_dict() has them
//!     0: Linear(784, 50)                        "layers": "dense:0 relu dropout dense:1.1"
//!     1: Sequential(ReLU, ...)                  "mode": "training", where a Dropout or BatchNorm would run so
//! ```
//!
//! Each layer is one word, with all its parameters. What would compute something else than that word is an error:
//! hooks, other classes, further arrays, options that no word has. A module pays for each visit, as in `mod.rs`; so one
//! that contains itself ends. Read first: `torch.rs`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::archive::LeftOut;
use super::super::reader::Shown;
use super::super::{Archive, push, push_text, text};
use super::node::{Id, Node};
use super::torch::is_empty_dict;
use super::{VISIT_BYTES, Visitor};
use crate::error::Result;

/// The keys under which checkpoints have the weights.
const WEIGHTS: [&str; 3] = ["model_state_dict", "state_dict", "model"];

impl Visitor<'_> {
    /// Takes the elements of an array that is met again from what all may become: written, it is there twice.
    pub(super) fn spend_again(&mut self, id: Id, again: bool) -> Result<()> {
        if let Node::Array(tensor) = self.machine.node(id)
            && again
        {
            let remaining = self.again.checked_sub(tensor.size().saturating_mul(tensor.dtype().size()));
            let used = || self.machine.error_of(id, "the same array is used too often".into());
            self.again = remaining.ok_or_else(used)?;
        }
        Ok(())
    }

    /// The weights in the value at the top, itself or what a checkpoint has of them, and the names beside that.
    pub(super) fn weights(&mut self, top: Id) -> Result<(Id, Vec<String>)> {
        let machine = self.machine;
        let Node::Dict(pairs) = machine.node(top) else { return Ok((top, Vec::new())) };
        let is_array = |&(_, value): &(Id, Id)| matches!(machine.node(value), Node::Array(_));
        let mut found = pairs.iter().enumerate().filter_map(|(i, &(key, value))| {
            let holds = match machine.node(value) {
                Node::Module(..) => true,
                Node::Dict(pairs) => pairs.iter().any(is_array),
                _ => false,
            };
            let key = machine.text(key, "").ok().filter(|key| holds && WEIGHTS.contains(key))?;
            Some((i, key, value))
        });
        let Some((at, key, weights)) = found.next() else { return Ok((top, Vec::new())) };
        if let Some((_, other, _)) = found.next() {
            let what = format!("a checkpoint with weights twice, under {} and {}", Shown(key), Shown(other));
            return Err(machine.error_of(top, what));
        }
        let mut beside = Vec::new();
        for (_, &(key, _)) in pairs.iter().enumerate().filter(|(i, _)| *i != at) {
            let name = machine.key(key)?;
            self.spend(top, VISIT_BYTES + 3 * name.len())?;
            push(&mut beside, name)?;
        }
        Ok((weights, beside))
    }

    /// The arrays of a Sequential, or of one layer by itself, its layers in the metadata.
    pub(super) fn network(self, top: Id) -> Result<Archive> {
        let mut modules = Modules { visitor: self, layers: String::new(), training: false, paths: BTreeMap::new() };
        modules.module(top, &mut String::new(), 0)?;
        let Modules { visitor: Visitor { mut out, .. }, layers, training, .. } = modules;
        out.metadata_mut().insert("layers".into(), layers);
        if training {
            out.metadata_mut().insert("mode".into(), "training".into());
        }
        Ok(out)
    }
}

/// A visit of all modules, in the order in which they run.
struct Modules<'a> {
    visitor: Visitor<'a>,
    layers: String,
    /// Whether a layer would run as in training.
    training: bool,
    /// The paths of all modules so far.
    paths: BTreeMap<String, usize>,
}

/// A module under its path.
#[derive(Clone, Copy)]
struct Module<'p> {
    id: Id,
    class: &'static str,
    state: Id,
    path: &'p str,
}

impl<'a> Modules<'a> {
    fn module(&mut self, id: Id, path: &mut String, depth: usize) -> Result<()> {
        self.visitor.spend(id, VISIT_BYTES + 4 * path.len())?;
        let machine = self.visitor.machine;
        let error = |what| Err(machine.error_of(id, what));
        let &Node::Module(class, state) = machine.node(id) else {
            return error(format!("module {} is {}", Shown(path), machine.node(id).kind()));
        };
        let Some(state) = state else { return error(format!("module {} is without attributes", Shown(path))) };
        self.visitor.is_in_reach(id, path, depth)?;
        if self.paths.insert(text(&[path])?, 0).is_some() {
            return error(format!("the name {} stands twice", Shown(path)));
        }
        let module = Module { id, class, state, path };
        for hooks in ["_forward_hooks", "_forward_pre_hooks"] {
            if self.attribute(module, hooks)?.is_some_and(|hooks| !is_empty_dict(hooks)) {
                return self.wrong(module, &format!("functions that run beside it are not read ({hooks})"));
            }
        }
        let children = self.dict(module, "_modules")?;
        if class != "Sequential" {
            if !children.is_empty() {
                return self.wrong(module, "it has modules of its own");
            }
            return self.layer(module);
        }
        self.arrays(module, &[])?;
        for &(key, child) in children {
            let name = machine.text(key, "a module's name")?;
            if name.is_empty() || name.contains(char::is_whitespace) {
                return error(format!("a module with the name {}", Shown(name)));
            }
            let before = path.len();
            push_text(path, if depth > 0 { "." } else { "" })?;
            push_text(path, name)?;
            self.module(child, path, depth + 1)?;
            path.truncate(before);
        }
        Ok(())
    }

    /// The word of a layer, and its arrays.
    fn layer(&mut self, module: Module<'_>) -> Result<()> {
        // (That of a layer by itself is empty, as in its state_dict().)
        let named = |word: &str| if module.path.is_empty() { word.into() } else { format!("{word}:{}", module.path) };
        let arrays: &[&str] = match module.class {
            "Linear" | "LayerNorm" => &["weight", "bias"],
            "BatchNorm1d" => &["weight", "bias", "running_mean", "running_var", "num_batches_tracked"],
            _ => &[],
        };
        let found = self.arrays(module, arrays)?;
        let missing = |name| !found.contains(&name);
        let word = match module.class {
            "Linear" if missing("weight") => return self.wrong(module, "it has no weight"),
            "Linear" => named("dense"),
            "BatchNorm1d" if missing("running_mean") || missing("running_var") => {
                let why = "it normalizes by the batch that it is given, so that rows change one another \
                           (track_running_stats=False)";
                return self.wrong(module, why);
            }
            "BatchNorm1d" => format!("{}({})", named("batchnorm"), self.number(module, "eps")?),
            "LayerNorm" => match self.attribute(module, "normalized_shape")? {
                Some(Node::Tuple(axes) | Node::List(axes)) if axes.len() == 1 => {
                    // (Without a weight and a bias it normalizes alone.)
                    let eps = self.number(module, "eps")?;
                    format!("{}({eps})", if missing("weight") { "normalize".into() } else { named("layernorm") })
                }
                _ => return self.wrong(module, "it normalizes over more than the last axis"),
            },
            "ReLU" | "Sigmoid" | "Tanh" | "SiLU" | "Identity" | "Dropout" => module.class.to_ascii_lowercase(),
            "LeakyReLU" => format!("leaky_relu({})", self.number(module, "negative_slope")?),
            "ELU" => format!("elu({})", self.number(module, "alpha")?),
            "GELU" => match self.attribute(module, "approximate")? {
                // (There is one alone in torch 1.11 and before.)
                None | Some(Node::Text("none")) => "gelu".into(),
                Some(Node::Text("tanh")) => "gelu_tanh".into(),
                _ => return self.wrong(module, "its approximation is neither none nor tanh"),
            },
            "Softplus" if self.number(module, "threshold")? != "20.0" => {
                return self.wrong(module, "its threshold is not 20");
            }
            "Softplus" => format!("softplus({})", self.number(module, "beta")?),
            // (A Hardtanh from 0 to 6, with both.)
            "Hardtanh" | "ReLU6" => {
                format!("hardtanh({},{})", self.number(module, "min_val")?, self.number(module, "max_val")?)
            }
            "Flatten" => match ["start_dim", "end_dim"].map(|name| self.integer(module, name)) {
                [Ok(Some(1)), Ok(Some(-1))] => "flatten".into(),
                _ => return self.wrong(module, "it flattens other axes than all but the first"),
            },
            "Softmax" | "LogSoftmax" => match self.integer(module, "dim")? {
                None | Some(-1 | 1) if module.class == "Softmax" => "softmax".into(),
                None | Some(-1 | 1) => "log_softmax".into(),
                Some(dim) => {
                    return self.wrong(module, &format!("it is along axis {dim}, not along the last (dim=-1)"));
                }
            },
            class => return self.wrong(module, &format!("a {class} is no layer")),
        };
        if let "Dropout" | "BatchNorm1d" = module.class {
            let training = self.attribute(module, "training")?;
            self.training |= !matches!(training, Some(Node::Bool(false)));
        }
        let first = self.layers.is_empty();
        push_text(&mut self.layers, if first { "" } else { " " })?;
        push_text(&mut self.layers, &word)
    }

    /// Adds the parameters and buffers of a module, all of which must be known; the names of those that it has.
    fn arrays(&mut self, module: Module<'_>, known: &[&'static str]) -> Result<Vec<&'static str>> {
        let machine = self.visitor.machine;
        let mut found = Vec::new();
        for attribute in ["_parameters", "_buffers"] {
            for &(key, value) in self.dict(module, attribute)? {
                let name = machine.text(key, "an array's name")?;
                let Some(name) = known.iter().copied().find(|known| *known == name) else {
                    return self.wrong(module, &format!("it has an array {} besides its own", Shown(name)));
                };
                let part = match machine.node(value) {
                    Node::None => continue,
                    Node::Array(tensor) => Ok((**tensor).clone()),
                    Node::Unread(what) => Err(LeftOut::Type((*what).into())),
                    other => return self.wrong(module, &format!("its {name} is {}", other.kind())),
                };
                let path = text(&[module.path, if module.path.is_empty() { "" } else { "." }, name])?;
                let again = core::mem::replace(&mut self.visitor.seen[value as usize], true);
                self.visitor.spend_again(value, again)?;
                self.visitor.spend(value, VISIT_BYTES + 2 * path.len())?;
                self.visitor.out.add(&path, part, |what| machine.error_of(value, what))?;
                push(&mut found, name)?;
            }
        }
        Ok(found)
    }

    /// The value of an attribute, if the module has it.
    fn attribute(&mut self, module: Module<'_>, name: &str) -> Result<Option<&'a Node<'a>>> {
        let machine = self.visitor.machine;
        let Node::Dict(pairs) = machine.node(module.state) else {
            return self.wrong(module, "its attributes are no dict");
        };
        // For the time: a dict may be the state of many.
        self.visitor.spend(module.id, pairs.len())?;
        let mut found = pairs.iter().filter(|(key, _)| machine.text(*key, "").is_ok_and(|key| key == name));
        match (found.next(), found.next()) {
            (_, Some(_)) => self.wrong(module, &format!("it has {name} twice")),
            (found, None) => Ok(found.map(|&(_, value)| machine.node(value))),
        }
    }

    /// The names and values in an attribute that is a dict; none where there is no such attribute.
    fn dict(&mut self, module: Module<'_>, name: &str) -> Result<&'a [(Id, Id)]> {
        match self.attribute(module, name)? {
            None => Ok(&[]),
            Some(Node::Dict(pairs)) => {
                self.visitor.spend(module.id, pairs.len())?;
                Ok(pairs)
            }
            Some(other) => self.wrong(module, &format!("its {name} is {}", other.kind())),
        }
    }

    /// A parameter as a word has it: a form that is the same f64 when it is read again.
    fn number(&mut self, module: Module<'_>, name: &str) -> Result<String> {
        match self.attribute(module, name)? {
            Some(&Node::Float(x)) if !x.is_nan() => Ok(format!("{x:?}")),
            Some(&Node::Int(x)) => Ok(format!("{:?}", x as f64)),
            other => {
                let what = other.map_or("not there", Node::kind);
                self.wrong(module, &format!("its {name} is {what}, not a number"))
            }
        }
    }

    /// An integer, or None.
    fn integer(&mut self, module: Module<'_>, name: &str) -> Result<Option<i64>> {
        match self.attribute(module, name)? {
            Some(&Node::Int(x)) => Ok(Some(x)),
            Some(Node::None) => Ok(None),
            _ => self.wrong(module, &format!("its {name} is no integer")),
        }
    }

    fn wrong<T>(&self, module: Module<'_>, what: &str) -> Result<T> {
        // (A layer by itself has no path.)
        let path = if module.path.is_empty() { String::new() } else { format!(" {}", Shown(module.path)) };
        let what = format!("{}{path}: {what}", module.class);
        Err(self.visitor.machine.error_of(module.id, what))
    }
}
