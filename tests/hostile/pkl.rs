//! Pickles that call, loop, nest, forget and lie.

use super::heap::held;
use super::said;
use nptensor::formats::pkl;

/// A pickle of protocol 2 with these opcodes.
fn pickle(parts: &[&[u8]]) -> Vec<u8> {
    [b"\x80\x02", &parts.concat()[..], b"."].concat()
}

/// `_reconstruct(ndarray, (0,), b'b')`, blank.
const BLANK: &[u8] = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85C\x01b\x87R";
/// `dtype('u1', False, True)`.
const U1: &[u8] = b"cnumpy\ndtype\nX\x02\0\0\0u1\x89\x88\x87R";

#[test]
fn no_name_but_those_of_arrays() {
    for (module, name) in [
        ("os", "system"),
        ("posix", "system"),
        ("nt", "system"),
        ("builtins", "eval"),
        ("builtins", "exec"),
        ("builtins", "getattr"),
        ("__builtin__", "apply"),
        ("subprocess", "Popen"),
        ("numpy", "load"),
        ("numpy.core.multiarray", "fromfile"),
        ("numpy.testing._private.utils", "runstring"),
        ("numpy", "ndarray.tofile"),
        ("_codecs", "decode"),
        ("torch._utils", "_rebuild_tensor_v2"),
        ("", ""),
    ] {
        let wanted = format!("it asks for \"{module}.{name}\": only NumPy arrays are read, and no code runs");
        let global = format!("c{module}\n{name}\n");
        said(held(pkl::read, &pickle(&[global.as_bytes(), b"X\x02\0\0\0ls\x85R"])), &wanted);
        // The same from the stack, as protocol 4 does it; also when nothing is done with it.
        let text = |text: &str| [b"\x8c", &[text.len() as u8][..], text.as_bytes()].concat();
        said(held(pkl::read, &pickle(&[&text(module), &text(name), b"\x93"])), &wanted);
    }
    // Of torch's and scikit-learn's objects it is said what makes a file that is read.
    #[cfg(feature = "torch")]
    for (global, wanted) in [
        ("torch._utils\n_rebuild_tensor_v2", ": in Python, torch.save(pickle.load("),
        ("sklearn.neural_network\nMLPRegressor", ": of an MLP, in Python, pickle.dump({\"coefs_\": mlp.coefs_, "),
    ] {
        said(held(pkl::read, &pickle(&[format!("c{global}\n").as_bytes()])), &format!("no code runs{wanted}"));
    }
    // What a terminal would obey is escaped, and what is endless is cut.
    let error = held(pkl::read, &pickle(&[b"c\x1b[31m\x07\n", &b"x".repeat(100_000), b"\n"])).unwrap_err().to_string();
    assert!(error.starts_with("pkl: byte 2: it asks for \"\\u{1b}[31m\\u{7}.xxx") && error.len() < 250, "{error}");
    // An OrderedDict is a dict, and nothing else.
    let ordered = b"ccollections\nOrderedDict\n";
    let one = held(pkl::read, &pickle(&[ordered, b")RX\x01\0\0\0bK\x07sX\x01\0\0\0aK\x08s"])).unwrap().into_archive();
    assert_eq!(one.names().collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(one.tensor::<i64>("b").unwrap().item().unwrap(), 7);
    // Called with pairs, as Python 2 does it; a pair that is used again costs what it takes.
    let no_pair: &[&[u8]] = &[ordered, b"](K\x09K\x07\x86K\x05e\x85R"];
    said(held(pkl::read, &pickle(no_pair)), "OrderedDict is called with what is no list of pairs");
    let two = held(pkl::read, &pickle(&[ordered, b"](K\x09K\x07\x86](K\x05K\x08ee\x85R"])).unwrap().into_archive();
    assert_eq!((two.names().collect::<Vec<_>>(), two.tensor::<i64>("5").unwrap().item()), (vec!["9", "5"], Ok(8)));
    said(held(pkl::read, &pickle(&[ordered, b"K\x01\x85R"])), "OrderedDict is called with what is no list of pairs");
    let list = [b"](K\x01K\x02\x86q\0", &b"h\0".repeat(20_000)[..], b"e\x85q\x01(", ordered, b"q\x02"].concat();
    said(
        held(pkl::read, &pickle(&[&list, &b"h\x02h\x01R".repeat(20_000), b"t"])),
        "the same bytes are used for several",
    );
    // The names that are known cannot be used for anything else.
    let table: &[(&[&[u8]], &str)] = &[
        (&[b"cnumpy\nndarray\n)R"], "ndarray is called with 0 arguments"),
        (&[b"cnumpy\nndarray\n"], "is a function or class, not an array"),
        (&[b"X\x01\0\0\0a)R"], "a text is called"),
        (&[b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\0\x85C\x01b\x87R"], "not of ndarray"),
        (&[b"cnumpy.core.multiarray\n_reconstruct\nK\x01K\x01K\x01\x87R"], "_reconstruct of an integer"),
        (&[b"cbuiltins\nbytes\nK\x05\x85R"], "bytes is called with 1 arguments"),
        (&[b"c_codecs\nencode\nX\x01\0\0\0aX\x04\0\0\0zlib\x86R"], "another codec than latin1"),
        (&[b"c_codecs\nencode\nX\x03\0\0\0\xe2\x82\xacX\x06\0\0\0latin1\x86R"], "not in latin1"),
        (&[b"cnumpy\ndtype\nX\x01\0\0\0O\x89\x88\x87R"], "object"),
        (
            &[b"cnumpy\ndtype\nX\x02\0\0\0U1\x89\x88\x87Rq\x000cnumpy.core.multiarray\nscalar\nh\0C\x03abc\x86R"],
            "do not take 3 bytes",
        ),
        (&[U1, b"(K\x03X\x01\0\0\0|NX\x01\0\0\0aNtb"], "structured"),
        (&[U1, b"(K\x03X\x01\0\0\0?NNNtb"], "the byte order \"?\" does not exist"),
        (&[U1], "is a dtype, not an array"),
        (&[b"cnumpy._core.numeric\n_frombuffer\n(C\x01a", U1, b"K\x01\x85X\x01\0\0\0AtR"], "order \"A\", not C or F"),
        (&[b"c\n"], "the file ends inside a name"),
    ];
    for (parts, wanted) in table {
        said(held(pkl::read, &pickle(parts)), wanted);
    }
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "names sizes that 32 bits do not hold")]
fn states_that_lie() {
    let state = |shape: &[u8], rest: &[u8]| held(pkl::read, &pickle(&[BLANK, b"(K\x01", shape, U1, rest, b"tb"]));
    let tensor = state(b"K\x02\x85", b"\x89C\x02ab").unwrap().into_tensor().unwrap();
    assert_eq!(tensor.get::<u8>().unwrap().to_vec(), *b"ab");
    said(state(b"K\x02\x85", b"\x89C\x01a"), "uint8 of shape [2] needs 2 bytes, and 1 are there");
    said(state(b"\x8a\x05\x00\xe8\x76\x48\x17\x85", b"\x89C\x01a"), "needs 100000000000 bytes");
    said(state(b"\x8a\x08\0\0\0\0\0\0\0\x40\x8a\x08\0\0\0\0\0\0\0\x40\x86", b"\x89C\x01a"), "no memory could hold");
    said(state(b"J\xff\xff\xff\xff\x85", b"\x89C\x01a"), "a shape with the size -1");
    said(state(b"X\x01\0\0\0a\x85", b"\x89C\x01a"), "a shape with a text in it");
    said(state(b"K\x01", b"\x89C\x01a"), "a shape is an integer, not a tuple");
    said(state(&[b"(".as_slice(), &b"K\x01".repeat(65), b"t"].concat(), b"\x89C\x01a"), "an array of 65 axes");
    said(state(b"K\x01\x85", b"NC\x01a"), "an array's order is None");
    said(state(b"K\x01\x85", b"\x89]"), "an array's elements are a list, not bytes");
    said(state(b"K\x01\x85", b"\x89"), "a state of 4 parts");
    said(held(pkl::read, &pickle(&[BLANK])), "an unfinished array");
    said(held(pkl::read, &pickle(&[BLANK, b"(K\x02K\x01\x85", U1, b"\x89C\x01atb"])), "not of version 1");
    said(held(pkl::read, &pickle(&[BLANK, b"(K\x01K\x01\x85K\x05\x89C\x01atb"])), "an array's type is an integer");
    said(held(pkl::read, &pickle(&[b"]}b"])), "the state is a dict, not a tuple");
    said(held(pkl::read, &pickle(&[b"])b"])), "for a list, which has no such state");
    let twice = [BLANK, b"(K\x01K\x01\x85", U1, b"\x89C\x01atb(K\x01K\x01\x85", U1, b"\x89C\x01atb"];
    said(held(pkl::read, &pickle(&twice)), "for an array, which has no such state");
    // A thousand arrays from the same megabyte.
    let mut parts = vec![b"]B\0\0\x10\0".to_vec(), vec![7; 1 << 20], b"q\0(".to_vec()];
    for _ in 0..1000 {
        parts.push([BLANK, b"(K\x01J\0\0\x10\0\x85", U1, b"\x89h\0tb"].concat());
    }
    parts.push(b"e".to_vec());
    let parts: Vec<&[u8]> = parts.iter().map(|part| &part[..]).collect();
    said(held(pkl::read, &pickle(&parts)), "the same bytes are used for several arrays");
}

#[test]
fn stack_memo_and_nesting() {
    let table: &[(&[u8], &str)] = &[
        (b"", "the stack is empty"),
        (b"0", "the stack is empty"),
        (b"K\x01(0", "the stack is empty"),
        (b"K\x01(\x85", "the stack is empty"),
        (b"]a", "the stack is empty"),
        (b"K\x01K\x02", "values are left on the stack"),
        (b"(K\x01", "values are left on the stack"),
        (b"K\x01(", "the stack is empty"),
        (b"t", "no mark is on the stack"),
        (b"]e", "no mark is on the stack"),
        (b"K\x01(K\x01e", "items for a list meet an integer"),
        (b"](K\x01K\x01u", "items for a dict meet a list"),
        (b"}(K\x01u", "a key without a value"),
        (b"}NK\x01s", "the pickle is a dict with None as a key, not an array"),
        (b"}C\x01\xffK\x01s", "the pickle is a dict with bytes as a key, not an array"),
        (b"}(K\x01NK\x01](K\x01]eu", "the name \"1\" stands twice"),
        (b"}(K\x01NK\x01Nu", "the name \"1\" stands twice"),
        (b"(K\x02\x90", "the stack is empty"),
        (b"\x8f(K\x02\x90", "the pickle is a set, not an array"),
        (b"(K\x02\x91", "the pickle is a set, not an array"),
        (b"\x90", "no mark is on the stack"),
        (b"}K\x01K\x01sK\x01K\x01s", "the name \"1\" stands twice"),
        (b"}(K\x01K\x01K\x01K\x01u", "the name \"1\" stands twice"),
        (b"}(X\x01\0\0\0aK\x01X\x01\0\0\0aK\x01u", "the name \"a\" stands twice"),
        (b"}(X\x03\0\0\0a.bK\x01X\x01\0\0\0a}X\x01\0\0\0bK\x01su", "the name \"a.b\" stands twice"),
        (b"q\0", "the stack is empty"),
        (b"h\0", "memo number 0 has not been given"),
        (b"j\xff\xff\xff\xff", "memo number 4294967295 has not been given"),
        (b"K\x01q\0q\0", "memo number 0 is given twice"),
        (b"K\x01r\xff\xff\xff\xffh\x01", "memo number 1 has not been given"),
        (b"X\xff\xff\xff\xffa", "4294967295 bytes wanted"),
        (b"\x8d\xff\xff\xff\xff\xff\xff\xff\xffa", "18446744073709551615 bytes wanted"),
        (b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7fa", "9223372036854775807 bytes wanted"),
        (b"\x95\xff\xff\xff\xff\xff\xff\xff\x7fK\x01", "the file ends inside a frame"),
        (b"X\x01\0\0\0\xff", "not UTF-8"),
        (b"\x8a\x09\0\0\0\0\0\0\0\0\x01", "an integer beyond int64"),
        (b"\x8b\x09\0\0\0\0\0\0\0\0\0\0\0\x01", "an integer beyond int64"),
        (b"\x8b\xff\xff\xff\xff\0", "4294967295 bytes wanted"),
        (b"\x8a\xff", "255 bytes wanted"),
        (b"]q\0h\0a", "nested more than 32 deep"),
        (b"}q\0X\x01\0\0\0ah\0s", "nested more than 32 deep"),
        (b"P0\n", "opcode 0x50 (P)"),
        (b"Q", "opcode 0x51 (Q)"),
        (b"i", "opcode 0x69 (i)"),
        (b"o", "opcode 0x6f (o)"),
        (b")\x81", "opcode 0x81 is none"),
        (b"\x82\x01", "opcode 0x82 is none"),
        (b"\x97", "opcode 0x97 is none"),
        (b"\xff", "opcode 0xff is none"),
    ];
    for (opcodes, wanted) in table {
        said(held(pkl::read, &pickle(&[opcodes])), wanted);
    }
    assert!(held(pkl::read, b"\x80\x02K\x01.").is_ok());
    said(held(pkl::read, b"\x80\x02K\x01.."), "1 bytes too many");
    said(held(pkl::read, b"\x80\x01K\x01."), "protocol 2, 3, 4 or 5");
    said(held(pkl::read, b"\x80\x06K\x01."), "protocol 2, 3, 4 or 5");
    said(held(pkl::read, b"(lp0\n."), "protocol 2, 3, 4 or 5");

    // A hundred thousand lists, one inside the other: neither built nor dropped by recursion.
    let n = 100_000;
    said(held(pkl::read, &pickle(&[&b"]".repeat(n), &b"a".repeat(n - 1)])), "nested more than 32 deep");
    said(held(pkl::read, &pickle(&[b")", &b"\x85".repeat(80_000)])), "nested more than 32 deep");
    said(held(pkl::read, &pickle(&[b"]", &b"(".repeat(n)])), "more than 1000 marks on the stack");
    said(held(pkl::read, &pickle(&[b"]", &b"]0".repeat(2_000_000)])), "values in a file of this length");
    // Lists of the same list twice, thirty deep: 2^30 leaves in 400 bytes.
    let mut laughs = b"K\x07q\0".to_vec();
    for i in 0..30 {
        laughs.extend([b'0', b']', b'q', i + 1, b'(', b'h', i, b'h', i, b'e']);
    }
    said(held(pkl::read, &pickle(&[&laughs])), "2, 2], far more numbers than the file has");
    laughs.splice(..2, *b"N");
    let archive = held(pkl::read, &pickle(&[&laughs])).unwrap().into_archive();
    let lists = archive.left_out().iter().map(|(name, why)| format!("{name}: {why}"));
    assert_eq!(lists.collect::<Vec<_>>(), ["0", "1"].map(|name| format!("{name}: a list of 2 values, not read")));
    // A text that is dropped pays for nothing: a million references to one array, of two bytes each.
    let one = [BLANK, b"(K\x01K\x01\x85", U1, b"\x89C\x01atbq\x09("].concat();
    let text = [&b"X\0\0\0\x01"[..], &vec![b'a'; 1 << 24], b"0]"].concat();
    said(held(pkl::read, &pickle(&[&text, &one, &b"h\x09".repeat(1_000_000), b"ee"])), "items for a list");
    said(
        held(pkl::read, &pickle(&[&text, b"(", &one[..one.len() - 1], &b"h\x09".repeat(1_000_000), b"e"])),
        "too many single values",
    );
    let lists = [b"](", &b"h\x09".repeat(100)[..], b"e"].concat().repeat(1000);
    let one = [&one[..one.len() - 1], b"0"].concat();
    said(held(pkl::read, &pickle(&[&one, b"](", &lists, b"e"])), "too many single values");
    // A text of a megabyte under 500 names.
    let mut parts = vec![b"]X\0\0\x10\0".to_vec(), vec![b'a'; 1 << 20], b"q\0a(".to_vec()];
    parts.push(b"h\0".repeat(500));
    parts.push(b"e".to_vec());
    said(held(pkl::read, &pickle(&[&parts.concat()])), "too many single values");
}

/// A list of numbers is the array that NumPy makes of it, and costs what stays.
#[test]
fn lists_of_numbers() {
    let read = |opcodes: &[u8]| held(pkl::read, &pickle(&[opcodes])).unwrap();
    let text = |opcodes: &[u8]| {
        let tensor = read(opcodes).into_tensor().unwrap();
        format!("{} {:?} {}", tensor.dtype(), tensor.shape(), tensor.to_string().replace('\n', ""))
    };
    const HALF: &[u8] = b"G\x3f\xe0\0\0\0\0\0\0";
    assert_eq!(text(b"](\x88\x89\x88e"), "bool [3] [ True False  True]");
    assert_eq!(text(b"](\x88K\x02J\xff\xff\xff\xffe"), "int64 [3] [ 1  2 -1]");
    assert_eq!(text(&[b"](\x88K\x02", HALF, b"e"].concat()), "float64 [3] [1.  2.  0.5]");
    assert_eq!(text(&[b"(](K\x01K\x02e\x88", HALF, b"\x86t"].concat()), "float64 [2, 2] [[1.  2. ] [1.  0.5]]");
    // 2^53 + 1 stays what it is among integers.
    assert_eq!(text(b"](\x8a\x07\x01\0\0\0\0\0\x20\x89e"), "int64 [2] [9007199254740993                0]");
    // Beside what is no number, each value has a name; where nothing is, there is none.
    let named = |opcodes: &[u8]| {
        let archive = read(opcodes).into_archive();
        let left_out = archive.left_out().iter().map(|(name, why)| format!("{name}: {why}"));
        (archive.names().map(String::from).collect::<Vec<_>>().join(" "), left_out.collect::<Vec<_>>().join(" "))
    };
    let names = |names: &str, left_out: &str| (names.into(), left_out.into());
    assert_eq!(named(b"](K\x01](K\x02K\x03eNe"), names("0 1", "2: None, not read"));
    assert_eq!(named(b"](K\x01](K\x02K\x03eX\x01\0\0\0ae"), names("0 1", ""));
    assert_eq!(named(b"}K\x05](K\x01](K\x02K\x03ees"), names("", "5: a ragged list, not read"));
    assert_eq!(named(b"}K\x05](](K\x02K\x03e](K\x02K\x03K\x04ees"), names("", "5: a ragged list, not read"));
    assert_eq!(named(b"}K\x05](](K\x02e]es"), names("", "5: a ragged list, not read"));
    assert_eq!(named(b"}K\x05](]](K\x02ees"), names("", "5: a ragged list, not read"));
    assert_eq!(named(b"}K\x05](K\x02]es"), names("", "5: a ragged list, not read"));
    // Where nothing is, there is an array without elements, as NumPy has it, or no dict.
    assert_eq!(named(b"}(K\x05]K\x06)K\x07](NK\x02)eu"), names("5 6 7.1 7.2", "7.0: None, not read"));
    assert_eq!(
        named(b"}(K\x05}K\x06](}K\x07eu"),
        names("6.1", "5: an empty dict, not read 6.0: an empty dict, not read")
    );
    assert_eq!(named(b"}"), names("", ""));
    for (opcodes, shape) in [(&b"]"[..], &[0][..]), (b")", &[0]), (b"](])e", &[2, 0]), (b"](](]e](]ee", &[2, 1, 0])] {
        let tensor = read(opcodes).into_tensor().unwrap();
        assert_eq!((tensor.dtype().name(), tensor.shape()), ("float64", shape));
    }
    // NumPy's scalars are numbers; its unsigned ones of 64 bits keep their names.
    let scalar = |dtype: &str, bytes: &[u8]| {
        let global = b"cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nX\x02\0\0\0";
        [global, dtype.as_bytes(), b"\x89\x88\x87RC", &[bytes.len() as u8], bytes, b"\x86R"].concat()
    };
    let (whole, half) = (scalar("i2", &(-2_i16).to_ne_bytes()), scalar("f4", &0.5_f32.to_ne_bytes()));
    assert_eq!(text(&[b"](", &whole[..], b"K\x01", &scalar("b1", b"\x01"), b"e"].concat()), "int64 [3] [-2  1  1]");
    assert_eq!(text(&[b"](", &whole[..], &half, b"\x88", HALF, b"e"].concat()), "float64 [4] [-2.   0.5  1.   0.5]");
    assert_eq!(text(&[b"](", &scalar("b1", b"\x01")[..], b"\x89e"].concat()), "bool [2] [ True False]");
    assert_eq!(named(&[b"](K\x01", &scalar("u8", &[255; 8])[..], b"e"].concat()), names("0 1", ""));
    // A million numbers of a byte or two each, one of which is more than that: as long as it takes.
    for (one, dtype) in [(&b"\x88"[..], "bool"), (b"K\x07", "int64"), (b"\x88", "float64")] {
        let last = if dtype == "float64" { HALF } else { one };
        let tensor = read(&[b"](", &one.repeat(1_000_000)[..], last, b"e"].concat()).into_tensor().unwrap();
        assert_eq!((tensor.dtype().name(), tensor.shape()), (dtype, &[1_000_001][..]));
    }
    // A list pays for its numbers once: a thousand references to it are a thousand arrays.
    let list = [b"](", &b"K\x07".repeat(1000)[..], b"eq\0"].concat();
    let archive = read(&[b"(N", &list[..], &b"h\0".repeat(1000), b"t"].concat()).into_archive();
    let (why, paid) = (archive.left_out()[1].1.to_string(), (2 << 20) / (8 * 1000) + 1);
    assert_eq!(
        (archive.len(), why.as_str()),
        (paid, "a list of shape [1000], far more numbers than the file has, not read")
    );
    // A list of empty lists has no elements, and takes time.
    let empty = [b"]q\x010](", &b"h\x01".repeat(100_000)[..], b"eq\0"].concat();
    let archive = read(&[b"(N", &empty[..], &b"h\0".repeat(1000), b"t"].concat()).into_archive();
    assert_eq!(archive.len(), ((2 << 20) + 8) / (8 * 100_000) + 1);
    let shape = "[1001, 1000], far more numbers than the file has";
    said(held(pkl::read, &pickle(&[b"(", &list, &b"h\0".repeat(1000), b"t"])), shape);
    let archive = read(&[b"}K\x05(", &list[..], &b"h\0".repeat(1000), b"tsK\x06K\x01s"].concat()).into_archive();
    assert_eq!((archive.names().collect::<Vec<_>>(), archive.left_out().len()), (vec!["6"], 1));
    // Arrays pay for themselves, however many they are.
    let scalar = b"cnumpy.core.multiarray\nscalar\nq\x000";
    let scalars = b"h\0h\x01C\x01a\x86R".repeat(20_000);
    let archive = read(&[scalar, U1, b"q\x010(", &scalars, b"Nt"].concat()).into_archive();
    assert_eq!((archive.len(), archive.left_out().len()), (20_000, 1));
    // Lists too long for single values are left out, and what stands beside them is read.
    let long = [b"(", &b"N".repeat(20_000)[..], b"t"].concat();
    let dict =
        [b"}(", &(0..20_000_u16).flat_map(|i| [b'M', i as u8, (i >> 8) as u8, b'N']).collect::<Vec<u8>>()[..], b"u"]
            .concat();
    assert_eq!(
        named(&[b"}(K\x05", &long[..], b"K\x06K\x01K\x07", &dict, b"u"].concat()),
        names("6", "5: a list of 20000 values, not read 7: a dict of 20000 values, not read")
    );
}

/// What would take more names than there may be is left out by its own, and nothing beside it is lost.
#[test]
fn what_has_too_many_values_is_left_out() {
    let named = |value: &[u8], n: usize| {
        // {"x": [...], "y": [the same], "z": 7, "w": [None, 8]}
        let list = [b"](".as_slice(), &value.repeat(n), b"e"].concat();
        let file = [b"}(X\x01\0\0\0x", &list[..], b"X\x01\0\0\0y", &list, b"X\x01\0\0\0zK\x07"].concat();
        let file = pickle(&[&file, b"X\x01\0\0\0w](NK\x08eu"]);
        let archive = held(pkl::read, &file).unwrap_or_else(|error| panic!("{n}: {error}")).into_archive();
        assert_eq!(archive.tensor::<i64>("z").unwrap().item(), Ok(7), "{n}");
        assert_eq!(archive.tensor::<i64>("w.1").unwrap().item(), Ok(8), "{n}");
        let lists = archive.left_out().iter().filter(|(name, _)| name.len() == 1);
        lists.map(|(name, why)| format!("{name}: {why}")).collect::<Vec<_>>()
    };
    let both = |n: usize| ["x", "y"].map(|name| format!("{name}: a list of {n} values, not read"));
    // None; (None, 1); {1: 1.0, 2: 2.0} by reference.
    assert_eq!(named(b"N", 1000), [""; 0]);
    for n in [4000, 8000, 15_000, 15_600, 16_000, 16_384, 20_000] {
        assert_eq!(named(b"N", n), both(n));
        assert_eq!(named(b"NK\x01\x86", n), both(n));
        assert_eq!(named(b"}(K\x01\x88K\x02Nu", n), both(n));
    }
    // Some thousand lists at the top, each of which would fit.
    let lists = (0..3000_u16).flat_map(|i| [b"M", &i.to_le_bytes()[..], b"](", &b"N".repeat(20), b"e"].concat());
    let archive = held(pkl::read, &pickle(&[b"}(", &lists.collect::<Vec<_>>(), b"u"])).unwrap().into_archive();
    let last = archive.left_out().last().unwrap();
    assert_eq!((last.0.as_str(), last.1.to_string().as_str()), ("2999", "a list of 20 values, not read"));
    // Where nothing is left for what is below the top, lists of arrays are read.
    let array = [BLANK, b"(K\x01K\x01\x85", U1, b"\x89C\x01atb"].concat();
    let file = [b"](".as_slice(), &b"N".repeat(9000), b"](", &array, b"e](NK\x01ee"].concat();
    let archive = held(pkl::read, &pickle(&[&file])).unwrap().into_archive();
    assert_eq!(archive.names().collect::<Vec<_>>(), ["9000.0"]);
    assert_eq!(archive.left_out()[9000].1.to_string(), "a list of 2 values, not read");
    // A dict whose last key is none pays for each search of it, and a ragged list for nothing.
    let dict = |n: usize| [b"}(", &b"K\x01N".repeat(n)[..], b"NNuq\0"].concat();
    let ragged = [b"](\x88\x85](".as_slice(), &b"\x88".repeat(400_000), b"ee"].concat();
    let file = |n: usize| pickle(&[b"](", &ragged, &dict(n), &b"h\0".repeat(5000), b"e"]);
    for n in [100, 3000, 200_000] {
        let archive = held(pkl::read, &file(n)).unwrap().into_archive();
        let whys: Vec<_> = archive.left_out().iter().map(|(_, why)| why.to_string()).collect();
        assert_eq!((whys.len(), whys[0].as_str()), (5002, "a ragged list, not read"));
        let searched = whys.iter().filter(|why| *why == "a dict with None as a key, not read").count();
        assert!(searched * n <= 2 << 20, "{searched} searches of {n} keys");
        assert!(n < 3000 || whys[5001] == format!("a dict of {} values, not read", n + 1), "{}", whys[5001]);
    }
}

/// What a dict has beside its items, as torch gives it to each `state_dict()`, is no part of it.
#[test]
fn attributes_of_dicts() {
    let ordered = b"ccollections\nOrderedDict\n)RX\x01\0\0\0wK\x07s";
    for state in [&b"}X\x09\0\0\0_metadata}sb"[..], b"N}X\x01\0\0\0aK\x01s\x86b"] {
        let archive = held(pkl::read, &pickle(&[ordered, state])).unwrap().into_archive();
        assert_eq!((archive.names().collect::<Vec<_>>(), archive.left_out().len()), (vec!["w"], 0));
    }
    let inside = held(pkl::read, &pickle(&[b"}(K\x01}C\x01\xffK\x01sK\x02K\x03u"])).unwrap().into_archive();
    assert_eq!(inside.names().collect::<Vec<_>>(), ["2"]);
    assert_eq!(inside.left_out()[0].1.to_string(), "a dict with bytes as a key, not read");
}
