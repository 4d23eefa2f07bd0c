//! Files of torch.save whose tensors reach out of their storages, whose modules contain themselves, and whose members are missing.

use super::heap::held;
use super::zip::{Member, crc, zip};
use super::{read, said, same};
use nptensor::formats::{self, Archive, pt};
use std::path::Path;

/// A file with this pickle of protocol 2, and as storage 0 these bytes.
fn file_of(parts: &[&[u8]], storage: &[u8]) -> Vec<u8> {
    let pickle = [b"\x80\x02", &parts.concat()[..], b"."].concat();
    let order = Member::stored("a/byteorder", b"little");
    zip(&[Member::stored("a/data.pkl", &pickle), order, Member::stored("a/data/0", storage)])
}

/// The same with six float32: 0, 1, 2, 3, 4, 5.
fn file(parts: &[&[u8]]) -> Vec<u8> {
    file_of(parts, &[0_f32, 1.0, 2.0, 3.0, 4.0, 5.0].map(f32::to_le_bytes).concat())
}

fn text(text: &str) -> Vec<u8> {
    [b"X", &(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat()
}

fn int(x: i64) -> Vec<u8> {
    [b"\x8a\x08", &x.to_le_bytes()[..]].concat()
}

fn tuple(items: &[i64]) -> Vec<u8> {
    [b"(".to_vec(), items.iter().flat_map(|&x| int(x)).collect(), b"t".to_vec()].concat()
}

fn storage(class: &str, key: &str, n: i64) -> Vec<u8> {
    [b"(".to_vec(), text("storage"), format!("c{class}\n").into(), text(key), text("cuda:0"), int(n), b"tQ".to_vec()]
        .concat()
}

const V2: &[u8] = b"ctorch._utils\n_rebuild_tensor_v2\n";

fn tensor_of(storage: &[u8], offset: i64, shape: &[i64], strides: &[i64]) -> Vec<u8> {
    [V2, b"(", storage, &int(offset), &tuple(shape), &tuple(strides), b"\x89}tR"].concat()
}

fn tensor(offset: i64, shape: &[i64], strides: &[i64]) -> Vec<u8> {
    tensor_of(&storage("torch\nFloatStorage", "0", 6), offset, shape, strides)
}

/// A dict in pickle's opcodes.
fn dict(items: &[(&str, &[u8])]) -> Vec<u8> {
    let items = items.iter().flat_map(|(key, value)| [text(key), value.to_vec()].concat());
    [b"}(".to_vec(), items.collect(), b"u".to_vec()].concat()
}

fn module(class: &str, attributes: &[(&str, &[u8])]) -> Vec<u8> {
    [format!("ctorch.nn.modules.{class}\n)").as_bytes(), b"\x81", &dict(attributes), b"b"].concat()
}

fn sequential(layers: &[(&str, &[u8])]) -> Vec<u8> {
    module("container\nSequential", &[("_modules", &dict(layers))])
}

fn values(file: &[u8]) -> Vec<f32> {
    held(formats::read, file).unwrap().into_tensor().unwrap().cast::<f32>().to_vec()
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "names sizes that 32 bits do not hold")]
fn tensors_that_lie() {
    assert_eq!(values(&file(&[&tensor(1, &[2, 2], &[2, 1])])), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(values(&file(&[&tensor(0, &[2, 3], &[1, 2])])), [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
    assert_eq!(values(&file(&[&tensor(5, &[2, 2], &[0, 0])])), [5.0; 4]);
    assert_eq!(values(&file(&[&tensor(5, &[1, 1], &[i64::MAX, 7])])), [5.0]);
    assert_eq!(values(&file(&[&tensor(5, &[], &[])])), [5.0]);
    assert_eq!(values(&file(&[&tensor(6, &[0, i64::MAX], &[i64::MAX, 1])])), [0.0; 0]);
    let table: &[(i64, &[i64], &[i64], &str)] = &[
        (0, &[7], &[1], "shape [7] with strides [1] from element 0 is not in a storage of 6 elements"),
        (1, &[2, 3], &[3, 1], "from element 1 is not in a storage of 6"),
        (6, &[1], &[1], "is not in a storage"),
        (7, &[0], &[1], "is not in a storage"),
        (0, &[2], &[6], "is not in a storage"),
        (0, &[2], &[i64::MAX], "is not in a storage"),
        (i64::MAX, &[2], &[i64::MAX], "is not in a storage"),
        (i64::MAX, &[1], &[1], "is not in a storage"),
        (0, &[3, 3], &[i64::MAX, i64::MAX], "is not in a storage"),
        (0, &[2, 3], &[3], "is not in a storage"),
        (0, &[2], &[-1], "a stride is -1"),
        (0, &[-2], &[1], "a size is -2"),
        (-1, &[1], &[1], "an offset is -1"),
        (i64::MIN, &[1], &[1], "an offset is -9223372036854775808"),
        (0, &[i64::MAX], &[0], "no memory could hold float32"),
        (0, &[1 << 32, 1 << 32], &[0, 0], "no memory could hold float32"),
        (0, &[i64::MAX, 0, i64::MAX], &[0, 0, 0], "no memory could hold float32"),
        // What a stride of 0 would make of a few bytes.
        (0, &[1 << 40], &[0], "the same bytes are used for several arrays"),
        (0, &[1 << 20], &[0], "the same bytes are used for several arrays"),
        (0, &[1; 65], &[0; 65], "a tensor of 65 axes"),
    ];
    for (offset, shape, strides, wanted) in table {
        said(held(formats::read, &file(&[&tensor(*offset, shape, strides)])), wanted);
    }
    let float = "torch\nFloatStorage";
    let of = |storage: Vec<u8>| held(formats::read, &file(&[&tensor_of(&storage, 0, &[1], &[1])]));
    said(of(storage(float, "1", 6)), "the file has no storage \"1\"");
    said(of(storage(float, "../0", 6)), "the file has no storage \"../0\"");
    said(of(storage(float, "0", 7)), "storage \"0\" has 24 bytes, which are no 7 elements of a FloatStorage");
    said(of(storage(float, "0", i64::MAX)), "which are no 9223372036854775807 elements");
    said(of(storage(float, "0", -1)), "a number of elements is -1");
    said(of(storage("torch\nLongStorage", "0", 6)), "which are no 6 elements of a LongStorage");
    said(of(storage("torch.storage\nUntypedStorage", "0", 24)), "a tensor without a type of its elements");
    said(of(storage("torch\nSize", "0", 6)), "Size is no type of storage");
    said(of(b"K\x01".to_vec()), "a tensor's elements are an integer, not a storage");
    said(of(b"K\x01Q".to_vec()), "a storage is an integer, not a tuple");
    said(of(b"(K\x01tQ".to_vec()), "a storage without its five parts");
    said(held(formats::read, &file(&[&storage(float, "0", 6)])), "the pickle is a storage, not an array");
    // One storage as two types.
    let two =
        [storage(float, "0", 6), storage("torch\nIntStorage", "0", 6)].map(|s| tensor_of(&s, 0, &[1], &[1])).concat();
    said(held(formats::read, &file(&[b"(", &two, b"t"])), "the same storage as float32 and as int32");
    let v3 = |dtype: &str| {
        let storage = storage("torch.storage\nUntypedStorage", "0", 24);
        let dtype = format!("ctorch\n{dtype}\n");
        let call = [
            b"ctorch._utils\n_rebuild_tensor_v3\n(",
            &storage[..],
            b"K\x00K\x03\x85K\x01\x85\x89}",
            dtype.as_bytes(),
            b"tR",
        ];
        held(formats::read, &file(&[&call.concat()]))
    };
    assert_eq!(v3("uint64").unwrap().into_tensor().unwrap().cast::<u64>().to_vec()[1], 0x4040_0000_4000_0000);
    said(v3("float4_e2m1fn_x2"), "the pickle is elements of type float4_e2m1fn_x2, not an array");
    said(v3("Size"), "a tensor without a type of its elements");
    said(
        held(formats::read, &file(&[V2, b"(", &storage(float, "0", 6), b"K\x00)", b")\x89}}X\x03\0\0\0neg\x88stR"])),
        "a tensor with bits of its own (conj, neg)",
    );
    said(held(formats::read, &file(&[V2, b")R"])), "_rebuild_tensor_v2 is called with 0 arguments");
    said(
        held(formats::read, &file(&[b"ctorch._utils\n_rebuild_parameter\n)R"])),
        "_rebuild_parameter is called without three",
    );
}

/// Many tensors of one storage, or one tensor under many names, become no more than twice what the file has, and a little.
#[test]
fn shared_storages() {
    let (n, bytes) = (1 << 18, vec![1; 1 << 20]);
    let one = tensor_of(&storage("torch\nFloatStorage", "0", n), 0, &[n], &[1]);
    let times = |n: usize| file_of(&[b"(", &one.repeat(n), b"t"], &bytes);
    assert_eq!(read(&times(2)).unwrap().len(), 2);
    said(held(formats::read, &times(1000)), "the same bytes are used for several arrays");
    let names = |n: usize| file_of(&[b"(", &one, b"q\x01", &b"h\x01".repeat(n), b"t"], &bytes);
    assert_eq!(read(&names(1)).unwrap().len(), 2);
    said(held(formats::read, &names(100)), "the same array is used too often");
    // Tensors without elements cost what they take.
    let empty = [&tensor(0, &[0], &[1])[..], b"0"].concat();
    assert_eq!(values(&file(&[&empty.repeat(3000), &tensor(0, &[2], &[1])])), [0.0, 1.0]);
    let call =
        [&V2[..V2.len()], b"q\x01(", &storage("torch\nFloatStorage", "0", 6), b"K\x00K\x00\x85K\x01\x85\x89}tq\x02R0"]
            .concat();
    said(
        held(formats::read, &file(&[b"(", &call, &b"h\x01h\x02R".repeat(60_000), b"t"])),
        "the same bytes are used for several",
    );
}

#[test]
fn names_that_are_not_read() {
    for name in [
        "os.system",
        "builtins.eval",
        "torch.load",
        "torch.jit.load",
        "__main__.Net",
        "torch._utils._rebuild_from_type_v2",
        ".",
    ] {
        let (module, function) = name.rsplit_once('.').unwrap();
        let wanted = format!("it asks for {name:?}: only tensors and torch's own layers are read, and no code runs");
        said(
            held(formats::read, &file(&[format!("c{module}\n{function}\n").as_bytes(), b"X\x02\0\0\0ls\x85R"])),
            &wanted,
        );
        said(held(formats::read, &file(&[&text(module), &text(function), b"\x93"])), &wanted);
    }
    said(
        held(formats::read, &file(&[b"ctorch.nn.modules.\x1b\nRe\x07LU\n"])),
        "torch.nn.modules.\\u{1b}.Re\\u{7}LU is no layer",
    );
    said(
        held(formats::read, &file(&[b"ctorch.nn.modules.linear\nReLU\n"])),
        "torch.nn.modules.linear.ReLU is no layer",
    );
    said(
        held(formats::read, &file(&[b"ctorch.nn.modules.linear\nLinear\nK\x01\x81"])),
        "a function or class is made, not a layer",
    );
    said(held(formats::read, &file(&[b"ccollections\nOrderedDict\n)\x81"])), "is made, not a layer");
    said(held(formats::read, &file(&[b"ctorch.nn.modules.linear\nLinear\n)R"])), "Linear is called with 0 arguments");
    // The same opcodes where torch has not written them.
    said(
        held(formats::pkl::read, b"\x80\x02ctorch\nFloatStorage\n."),
        "it asks for \"torch.FloatStorage\": only NumPy arrays",
    );
}

#[test]
fn modules_that_lie() {
    let relu = module("activation\nReLU", &[]);
    let net = read(&file(&[&sequential(&[("0", &relu), ("1", &sequential(&[("0", &relu)]))])])).unwrap();
    assert_eq!(net.metadata()["layers"], "relu relu");
    let of = |layer: &[u8]| held(formats::read, &file(&[&sequential(&[("0", layer)])]));
    let two = |name: &str, value: &[u8]| of(&module("activation\nELU", &[(name, value)]));
    let number = |text: &str| [b"G", &text.parse::<f64>().unwrap().to_be_bytes()[..]].concat();
    for text in ["0.1", "1e-320", "-inf", "1.7976931348623157e308", "-0.0"] {
        let archive = two("alpha", &number(text)).unwrap().into_archive();
        let word = archive.metadata()["layers"].clone();
        let back: f64 = word.strip_prefix("elu(").unwrap().strip_suffix(')').unwrap().parse().unwrap();
        assert_eq!(back.to_bits(), text.parse::<f64>().unwrap().to_bits());
    }
    // A Hardtanh under another name, whose attributes count.
    let six = of(&module("activation\nReLU6", &[("min_val", &number("0")), ("max_val", &number("6"))])).unwrap();
    assert_eq!(six.into_archive().metadata()["layers"], "hardtanh(0.0,6.0)");
    let weight = dict(&[("weight", &tensor(0, &[2, 3], &[3, 1]))]);
    let table: &[(Vec<u8>, &str)] = &[
        (b"K\x01".to_vec(), "module \"0\" is an integer"),
        (b"ctorch.nn.modules.linear\nLinear\n)\x81".to_vec(), "module \"0\" is without attributes"),
        (b"ctorch.nn.modules.linear\nLinear\n)\x81K\x01b".to_vec(), "Linear \"0\": its attributes are no dict"),
        (b"ctorch.nn.modules.linear\nLinear\n)\x81}b}b".to_vec(), "a Linear is given its attributes twice"),
        (module("linear\nLinear", &[]), "Linear \"0\": it has no weight"),
        (module("linear\nLinear", &[("_parameters", b"N")]), "Linear \"0\": its _parameters is None"),
        (module("linear\nLinear", &[("_parameters", &dict(&[("weight", b"K\x01")]))]), "its weight is an integer"),
        (
            module("linear\nLinear", &[("_parameters", &dict(&[("gain", b"N")]))]),
            "it has an array \"gain\" besides its own",
        ),
        (
            module("linear\nLinear", &[("_parameters", &weight), ("_buffers", &weight)]),
            "the name \"0.weight\" stands twice",
        ),
        (module("linear\nLinear", &[("_parameters", &weight), ("_parameters", &weight)]), "it has _parameters twice"),
        (module("activation\nReLU", &[("_parameters", &weight)]), "it has an array \"weight\" besides its own"),
        (module("activation\nReLU", &[("_forward_hooks", b"]")]), "functions that run beside it are not read"),
        (module("activation\nReLU", &[("_forward_pre_hooks", b"}K\x00Ns")]), "are not read (_forward_pre_hooks)"),
        (module("activation\nReLU", &[("_modules", &dict(&[("0", &relu)]))]), "it has modules of its own"),
        (module("activation\nELU", &[("alpha", &number("nan"))]), "its alpha is a float, not a number"),
        (module("activation\nELU", &[("alpha", b"\x88")]), "its alpha is a bool, not a number"),
        (module("activation\nELU", &[]), "its alpha is not there, not a number"),
        (module("activation\nGELU", &[("approximate", &text("erf"))]), "its approximation is neither none nor tanh"),
        (module("activation\nSoftmax", &[]), "its dim is no integer"),
        (module("flatten\nFlatten", &[("start_dim", b"K\x01")]), "it flattens other axes than all but the first"),
        (module("normalization\nLayerNorm", &[("normalized_shape", b")")]), "it normalizes over more than the last"),
        (module("batchnorm\nBatchNorm1d", &[("_buffers", b"}")]), "it normalizes by the batch that it is given"),
    ];
    for (layer, wanted) in table {
        said(of(layer), wanted);
    }
    said(held(formats::read, &file(&[&sequential(&[("0", &relu), ("0", &relu)])])), "the name \"0\" stands twice");
    said(held(formats::read, &file(&[&sequential(&[("", &relu)])])), "a module with the name \"\"");
    said(held(formats::read, &file(&[&sequential(&[("a\u{2003}b", &relu)])])), "a module with the name \"a");
    said(held(formats::read, &file(&[&module("linear\nLinear", &[])])), "Linear: it has no weight");

    // One that contains itself, twice even; forty inside one another; thirty with two of the next each; a name of a megabyte, deep.
    let begin = b"ctorch.nn.modules.container\nSequential\n)\x81q\x01}X\x08\0\0\0_modules";
    for names in [&["0"][..], &["0", "1"]] {
        let own: Vec<(&str, &[u8])> = names.iter().map(|&name| (name, &b"h\x01"[..])).collect();
        said(held(formats::read, &file(&[begin, &dict(&own), b"sb"])), "nested more than 32 deep");
    }
    let deep = (0..40).fold(relu.clone(), |inner, _| sequential(&[("0", &inner)]));
    said(held(formats::read, &file(&[&deep])), "nested more than 32 deep");
    let mut laughs = [&relu[..], b"q\x010"].concat();
    for i in 1..=30_u8 {
        laughs.extend(sequential(&[("0", &[b'h', i]), ("1", &[b'h', i])]));
        laughs.extend([b'q', i + 1, b'0']);
    }
    said(held(formats::read, &file(&[&laughs, b"h\x1f"])), "too many single values");
    let long = (0..30).fold(relu, |inner, _| sequential(&[(&"n".repeat(60_000), &inner)]));
    said(held(formats::read, &file(&[&long])), "a name of 120001 bytes: at most 65535 are read");
    // A dict of a million attributes is that of a thousand modules.
    let many = [b"}q\x02(", &b"K\x00K\x00".repeat(200_000)[..], b"u0}("].concat();
    let each = (0..200)
        .flat_map(|i| [text(&i.to_string()), b"ctorch.nn.modules.activation\nReLU\n)\x81h\x02b".to_vec()].concat());
    let each: Vec<u8> = [
        b"ctorch.nn.modules.container\nSequential\n)\x81".to_vec(),
        many,
        text("_modules"),
        b"}(".to_vec(),
        each.collect(),
        b"uub".to_vec(),
    ]
    .concat();
    said(held(formats::read, &file(&[&each])), "too many single values");
}

#[test]
fn checkpoints_that_lie() {
    let weights = dict(&[("w", &tensor(0, &[2], &[1]))]);
    let beside = |file: &[u8]| read(file).unwrap().left_out().iter().map(|part| part.0.clone()).collect::<Vec<_>>();
    assert_eq!(beside(&file(&[b"}(", &text("model"), &weights, b"K\x05NX\x01\0\0\0wK\x01u"])), ["5", "w"]);
    let twice = [text("model"), weights.clone(), text("model"), weights.clone()].concat();
    said(held(formats::read, &file(&[b"}(", &twice, b"u"])), "weights twice, under \"model\" and \"model\"");
    said(held(formats::read, &file(&[b"}(", &text("model"), &weights, b"NNu"])), "a key is None, not a text");
    // A key of a megabyte ten times, and the dict that it is in among its values.
    let key = [text(&"k".repeat(1 << 20)), b"q\x01N".to_vec(), b"h\x01N".repeat(9)].concat();
    said(held(formats::read, &file(&[b"}(", &text("model"), &weights, &key, b"u"])), "too many single values");
    let inside = [b"}q\x01(".as_slice(), &text("model"), b"h\x01", &text("w"), &tensor(0, &[2], &[1]), b"u"].concat();
    said(held(formats::read, &file(&[&inside])), "nested more than 32 deep");
    // Weights that are no dict of tensors are a name among others.
    let other = read(&file(&[&dict(&[("model", &dict(&[("a", b"K\x01")])), ("x", &weights)])])).unwrap();
    assert_eq!(other.names().collect::<Vec<_>>(), ["model.a", "x.w"]);
}

#[test]
fn members_that_lie() {
    let pickle = [b"\x80\x02", &tensor(0, &[2], &[1])[..], b"."].concat();
    let data = Member::stored("a/data.pkl", &pickle);
    let (zero, again) = (Member::stored("a/data/0", &[0; 24]), Member::stored("a/data/0", &[1; 24]));
    said(held(pt::read, &zip(&[data, zero, again])), "the member \"a/data/0\" stands twice");
    let data = || Member::stored("a/data.pkl", &pickle);
    said(held(pt::read, &zip(&[data()])), "the file has no storage \"0\"");
    said(held(pt::read, &zip(&[data(), Member::stored("b/data.pkl", &pickle)])), "not one member NAME/data.pkl");
    said(held(pt::read, &zip(&[Member::stored("a/b/data.pkl", &pickle)])), "not one member NAME/data.pkl");
    said(held(pt::read, &zip(&[])), "not one member NAME/data.pkl");
    said(
        held(pt::read, &zip(&[Member::stored("a/data.pkl", b"")])),
        "member \"a/data.pkl\": pkl: byte 0: the file ends",
    );
    let order =
        |bytes: &[u8]| zip(&[data(), Member::stored("a/byteorder", bytes), Member::stored("a/data/0", &[0; 24])]);
    said(held(pt::read, &order(b"")), "a byte order that is neither little nor big");
    assert!(held(pt::read, &order(b"big")).is_ok());
    // Deflated: by one stored block, of the size that it has or another; one that begins like an IDX file of 64 axes.
    let deflated = |bytes: &[u8], claim: u32| {
        let n = bytes.len() as u16;
        let block = [&[1][..], &n.to_le_bytes(), &(!n).to_le_bytes(), bytes].concat();
        zip(&[data(), Member::deflated("a/data/0", block, claim, crc(bytes))])
    };
    let idx = [2.125_f32.to_le_bytes(); 6].concat();
    assert_eq!(values(&deflated(&idx, 24)), [2.125; 2]);
    said(held(pt::read, &deflated(&[0; 20], 24)), "member \"a/data/0\": it inflates to 20 bytes and claims 24");
    said(held(pt::read, &deflated(&[0; 25], 24)), "inflates to more than the 24 bytes");
    said(
        held(pt::read, &deflated(&idx, u32::MAX)),
        "its members inflate to 4294967295 bytes, where 67108864 are allowed",
    );
    let mut wrong = deflated(&idx, 24);
    let at = wrong.windows(4).position(|four| four == 2.125_f32.to_le_bytes()).unwrap();
    wrong[at] = 1;
    said(held(pt::read, &wrong), "its checksum is");
}

fn golden(most: usize) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/torch");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = files.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()));
    files.filter(|(name, bytes)| bytes.len() <= most && !name.starts_with("bad-") && !name.ends_with(".tsv")).collect()
}

#[test]
fn cut_off_and_flipped() {
    let (mut cuts, mut refused, mut kept) = (0, 0, 0);
    for (name, mut bytes) in golden(2000) {
        let whole = read(&bytes).unwrap();
        for n in 0..bytes.len() {
            assert!(held(formats::read, &bytes[..n]).is_err(), "{name} cut at {n} was read");
            cuts += 1;
        }
        // (Unoptimized, every 31st.) Checksums let nothing through that changes a number.
        for bit in (0..8 * bytes.len()).step_by(if cfg!(debug_assertions) { 31 } else { 3 }) {
            bytes[bit / 8] ^= 1 << (bit % 8);
            match read(&bytes) {
                Err(_) => refused += 1,
                Ok(read) => {
                    assert!(
                        same(&read, &whole) && read.metadata() == whole.metadata(),
                        "{name} with bit {bit} flipped"
                    );
                    kept += 1;
                }
            }
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
    assert!(cuts > 10_000 && refused > 1000 && kept > 500, "{cuts} cuts, {refused} refused, {kept} kept");
}

/// Without the checksums, which protect what is behind them: every byte of a pickle changed.
#[test]
fn pickles_with_other_bytes() {
    let relu = module("activation\nReLU", &[("training", b"\x88")]);
    let weight = dict(&[("weight", &tensor(0, &[2, 3], &[3, 1])), ("bias", b"N")]);
    let linear = module("linear\nLinear", &[("_parameters", &weight), ("_modules", b"}")]);
    let pickle = sequential(&[("0", &linear), ("1", &relu)]);
    let whole: Archive = read(&file(&[&pickle])).unwrap();
    assert_eq!(whole.metadata()["layers"], "dense:0 relu");
    let mut read_anyway = 0;
    for i in 0..pickle.len() {
        for byte in [0, 1, b'(', b'0', b'Q', b'b', b'h', b'R', 0x7f, 0x81, 0xff, pickle[i] ^ 1, pickle[i] ^ 0x20] {
            let mut changed = pickle.clone();
            changed[i] = byte;
            read_anyway += usize::from(held(formats::read, &file(&[&changed])).is_ok());
        }
    }
    assert!(read_anyway > 100, "{read_anyway}");
}
