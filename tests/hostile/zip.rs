//! Zip files whose fields contradict one another, the file, or the data.

use super::deflate::{Bits, GZIP, bomb};
use super::heap::held;
use super::{npy_file, said};
use nptensor::formats::{LeftOut, gzip, npz};

pub fn crc(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ ((crc & 1) * 0xedb8_8320)))
}

/// The checksum that files are read by is that of the definition, for every length up to a few words.
#[test]
fn checksums_of_every_length() {
    assert_eq!(crc(b"123456789"), 0xcbf4_3926);
    let bytes: [u8; 40] = core::array::from_fn(|i| (i * 37 + 11) as u8);
    for n in 0..=bytes.len() {
        let (n, part) = (n as u16, &bytes[..n]);
        let stored = [&[1], &n.to_le_bytes()[..], &(!n).to_le_bytes(), part].concat();
        let file = |crc: u32| [GZIP, &stored, &crc.to_le_bytes(), &u32::from(n).to_le_bytes()].concat();
        assert_eq!(gzip::decompress(&file(crc(part))).unwrap(), part);
        assert!(gzip::decompress(&file(!crc(part))).unwrap_err().to_string().contains("the checksum is"), "{n} bytes");
    }
}

/// A member as the local header (30 bytes) and the central entry (46 bytes) have it: their common fields, then the name.
pub struct Member {
    name: &'static str,
    data: Vec<u8>,
    method: u16,
    size: u32,
    crc: u32,
}

impl Member {
    pub fn stored(name: &'static str, file: &[u8]) -> Self {
        Member { name, data: file.to_vec(), method: 0, size: file.len() as u32, crc: crc(file) }
    }

    pub fn deflated(name: &'static str, data: Vec<u8>, size: u32, crc: u32) -> Self {
        Member { name, data, method: 8, size, crc }
    }

    fn common(&self) -> Vec<u8> {
        let mut out = [20_u16, 0, self.method, 0, 0x21].map(u16::to_le_bytes).concat();
        out.extend([self.crc, self.data.len() as u32, self.size].map(u32::to_le_bytes).concat());
        out.extend([self.name.len() as u16, 0].map(u16::to_le_bytes).concat());
        out
    }
}

pub fn zip(members: &[Member]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        directory.extend([b"PK\x01\x02\x14\0".as_slice(), &member.common(), &[0; 10]].concat());
        directory.extend((file.len() as u32).to_le_bytes());
        directory.extend(member.name.as_bytes());
        file.extend([b"PK\x03\x04", &member.common()[..], member.name.as_bytes(), &member.data].concat());
    }
    let n = members.len() as u16;
    let end = [(directory.len() as u32).to_le_bytes(), (file.len() as u32).to_le_bytes()].concat();
    file.extend(directory);
    file.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &[n, n].map(u16::to_le_bytes).concat(), &end, &[0; 2]].concat());
    file
}

/// Bytes to put at a place.
type Change<'a> = (usize, &'a [u8]);

#[test]
fn zip_files() {
    let x = npy_file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", &[7, 9]);
    let n = x.len() as u32;
    let good = zip(&[Member::stored("x.npy", &x)]);
    assert_eq!(held(npz::read, &good).unwrap().get("x").unwrap().get::<u8>().unwrap().to_vec(), [7, 9]);
    // Fields of the only member's local header, of its central entry, and of the end record.
    let (local, end) = (0, good.len() - 22);
    let central = end - 46 - 5;
    let change = |places: &[Change<'_>]| {
        let mut bytes = good.clone();
        for &(at, new) in places {
            bytes[at..at + new.len()].copy_from_slice(new);
        }
        held(npz::read, &bytes)
    };
    let huge = 0xffff_fff0_u32.to_le_bytes();
    let many = 0xfffe_u16.to_le_bytes();
    let less = (n - 1).to_le_bytes();
    let table: &[(&[Change<'_>], &str)] = &[
        // Sizes that lie: in one place, in both, of the data, of the result.
        (&[(central + 20, &huge)], "and claims"),
        (&[(central + 24, &huge)], "and claims 4294967280"),
        (&[(central + 20, &huge), (central + 24, &huge)], "differ in its sizes or checksum"),
        (&[(local + 18, &less)], "differ in its sizes or checksum"),
        (
            &[(central + 20, &huge), (central + 24, &huge), (local + 18, &huge), (local + 22, &huge)],
            "the file ends inside member \"x.npy\": 4294967280 bytes wanted",
        ),
        (&[(central + 20, &less), (central + 24, &less), (local + 18, &less), (local + 22, &less)], "its checksum is"),
        (&[(central + 16, &huge), (local + 14, &huge)], "not fffffff0 as the file says"),
        (&[(local + 14, &huge)], "differ in its sizes or checksum"),
        // Methods and flags.
        (&[(central + 8, &[1]), (local + 6, &[1])], "is encrypted"),
        (&[(local + 6, &[1])], "differ in how it is packed"),
        (&[(central + 10, &[9])], "(deflate64)"),
        (&[(central + 10, &[93])], "(zstandard)"),
        (&[(central + 10, &[1])], "compression method 1:"),
        (&[(local + 8, &[8])], "differ in how it is packed"),
        // Names.
        (&[(local + 30, b"y")], "differ in its name"),
        (&[(central + 46, b"\xff")], "not UTF-8"),
        (&[(central + 46, "é".as_bytes())], "not ASCII and not marked"),
        (&[(central + 46, b"\0")], "not the name of a file"),
        (&[(central + 46, b"x.txt")], "differ in its name"),
        (&[(central + 28, &[0, 0])], "not the name of a file"),
        (&[(central + 28, &many)], "the file ends inside a member's name"),
        (&[(central + 30, &many)], "the file ends inside a member's extra fields"),
        (&[(central + 32, &many)], "the file ends inside a member's comment"),
        (&[(local + 28, &many)], "the file ends inside a member's extra fields"),
        // Places.
        (&[(central + 42, &huge)], "is not in the file"),
        (&[(central + 42, &[1])], "no header of member"),
        (&[(central, b"Q")], "no entry of the central directory"),
        (&[(end + 16, &[1])], "does not end where the end record begins"),
        (&[(end + 16, &[central as u8 + 1]), (end + 12, &[50])], "no entry of the central directory"),
        (&[(end + 12, &huge)], "does not end where"),
        (&[(end + 8, &many), (end + 10, &many)], "65534 members in a central directory of 51 bytes"),
        (&[(end + 8, &[0, 0]), (end + 10, &[0, 0])], "51 bytes too many"),
        (&[(end + 8, &[2])], "in several parts"),
        (&[(end + 4, &[1])], "in several parts"),
        (&[(end + 20, &[1])], "no end record"),
        (&[(end, b"Q")], "no end record"),
    ];
    for (places, wanted) in table {
        said(change(places), wanted);
    }
    said(held(npz::read, b"PK\x05\x06"), "too short");
    said(held(npz::read, &[b"PK\x03\x04".as_slice(), &b"PK\x05\x06".repeat(40_000)].concat()), "no end record");

    // A zip64 record where none is needed, as every torch.save writes it: the directory ends where it begins.
    let mut wide = b"PK\x06\x06".to_vec();
    wide.extend([44_u64].map(u64::to_le_bytes).concat());
    wide.extend([0; 12]);
    wide.extend([1, 1, (end - central) as u64, central as u64].map(u64::to_le_bytes).concat());
    wide.extend([&b"PK\x06\x07\0\0\0\0"[..], &(end as u64).to_le_bytes(), &[1, 0, 0, 0]].concat());
    let bytes = [&good[..end], &wide, &good[end..]].concat();
    assert_eq!(held(npz::read, &bytes).unwrap().get("x").unwrap().get::<u8>().unwrap().to_vec(), [7, 9]);
    let torch = zip(&[Member::stored("archive/data.pkl", b"text"), Member::stored("archive/data/0", b"text")]);
    said(held(npz::read, &torch), "none of its 2 members is an array: a checkpoint of torch.save");

    // Two entries for the same bytes: a bomb that no single member gives away.
    let mut two = zip(&[Member::stored("x.npy", &x), Member::stored("y.npy", &x)]);
    let entry = two.len() - 22 - 51;
    two[entry + 42..entry + 46].fill(0);
    two[entry + 46] = b'x';
    said(held(npz::read, &two), "two members overlap");
    said(
        held(npz::read, &zip(&[Member::stored("x.npy", &x), Member::stored("x.npy", &x)])),
        "the name \"x\" stands twice",
    );
    said(
        held(npz::read, &zip(&[Member::stored("x.npy", &x[..20])])),
        "member \"x.npy\": npy: byte 10: the file ends inside",
    );
}

#[test]
fn deflated_members() {
    let read = |data: &[u8], size: u32, crc: u32| {
        held(npz::read, &zip(&[Member::deflated("x.npy", data.to_vec(), size, crc)]))
    };
    let data = Bits::default().put(0b011, 3).code(0x31, 8).code(0, 7).0;
    said(read(&data, 1, 0xa505_df1b), "member \"x.npy\": npy: byte 0: the file ends inside the magic string");
    said(read(&data, 1, 0), "its checksum is a505df1b, not 00000000");
    said(read(&data, 0, 0), "inflates to more than the 0 bytes allowed here");
    said(read(&data, 2, 0xa505_df1b), "inflates to 1 bytes and claims 2");
    said(read(&[&data[..], &[0]].concat(), 1, 0xa505_df1b), "1 bytes follow its end");
    said(read(&data[..1], 1, 0xa505_df1b), "ends inside compressed data");
    said(read(&[], 1, 0), "ends inside compressed data");
    // Refused by its claim, before a byte is inflated; then one that claims little and inflates to much.
    said(read(&data, 4_000_000_000, 0), "its members inflate to 4000000000 bytes, where 67108864 are allowed");
    said(read(&bomb(100_000), 1000, 0), "inflates to more than the 1000 bytes allowed here");
    // By its header two elements, by the directory more: refused before it is inflated.
    let x = npy_file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", &[7, 9]);
    let stored = [&[1][..], &(x.len() as u16).to_le_bytes(), &(!(x.len() as u16)).to_le_bytes(), &x].concat();
    let wanted = format!("member \"x.npy\": 4000000 bytes as the file says, and {} by its header", x.len());
    let (result, peak) =
        super::heap::peak(|| npz::read(&zip(&[Member::deflated("x.npy", stored, 4_000_000, crc(&x))])));
    said(result, &wanted);
    assert!(peak < 200_000, "{peak}");
    // Many members, each within the limit and all together past it.
    let many: Vec<Member> =
        ["a.npy", "b.npy", "c.npy"].map(|name| Member::deflated(name, data.clone(), 1, 0xa505_df1b)).into();
    said(npz::read_limited(&zip(&many), 2), "its members inflate to 3 bytes, where 2 are allowed");
}

/// What begins as an npy does is one whatever its name; others are named, and inflated no further than that.
#[test]
fn members_of_other_names() {
    let x = npy_file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", &[7, 9]);
    let deflated = |name, part: usize| {
        // Stored blocks, the first of them of `part` bytes.
        let block = |last: u8, bytes: &[u8]| {
            let n = bytes.len() as u16;
            [&[last][..], &n.to_le_bytes(), &(!n).to_le_bytes(), bytes].concat()
        };
        let data = [block(0, &x[..part]), block(1, &x[part..])].concat();
        Member::deflated(name, data, x.len() as u32, crc(&x))
    };
    let archive = held(
        npz::read,
        &zip(&[
            Member::stored("W1", &x),
            Member::stored("notes/", b""),
            deflated("b1", 0),
            Member::stored("notes/why.txt", b"text"),
            deflated("a/b.dat", 3),
            // 1 GiB if it were inflated, and a claim beyond all limits.
            Member::deflated("bomb", bomb(4_000_000), 4_000_000_000, 0),
            Member::deflated("cut", vec![1], 100, 0),
            deflated("c.npy", 6),
        ]),
    )
    .unwrap();
    assert_eq!(archive.names().collect::<Vec<_>>(), ["W1", "b1", "a/b.dat", "c"]);
    assert!(archive.iter().all(|(_, tensor)| tensor.get::<u8>().unwrap().to_vec() == [7, 9]));
    assert_eq!(archive.left_out(), ["notes/why.txt", "bomb", "cut"].map(|name| (name.into(), LeftOut::NoArray)));
    // One name for NumPy, which takes the last.
    for members in [["W1", "W1.npy"], ["W1.npy", "W1"]] {
        let members = members.map(|name| Member::stored(name, &x));
        said(held(npz::read, &zip(&members)), "the name \"W1\" stands twice");
    }
    // An array is whole, whatever its name, or an error.
    let mut wrong = deflated("x", 8);
    wrong.crc = 1;
    said(held(npz::read, &zip(&[wrong])), "member \"x\": its checksum is");
    said(held(npz::read, &zip(&[Member::stored("x", &x[..20])])), "member \"x\": npy: byte 10: the file ends inside");
    said(held(npz::read, &zip(&[Member::stored("x.npy", b"text")])), "member \"x.npy\": npy: byte 0");
    said(held(npz::read, &zip(&[Member::stored("x", b"text")])), "none of its 1 members is an array");
}

/// An array of another type is left out only if it is whole.
#[test]
fn members_of_other_types() {
    let header = |descr: &str| format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (2,)}}");
    let file = |descr: &str, n: usize| npy_file(1, &header(descr), &vec![0; n]);
    let x = file("'|u1'", 2);
    for (descr, n) in
        [("'<U3'", 24), ("'|S5'", 10), ("'<c8'", 16), ("'<M8[D]'", 16), ("'|O'", 5), ("[('a', '<i4')]", 8)]
    {
        let archive = held(npz::read, &zip(&[Member::stored("x", &x), Member::stored("y", &file(descr, n))])).unwrap();
        assert_eq!((archive.len(), archive.left_out().len()), (1, 1), "{descr}");
        assert!(
            archive.tensor::<u8>("y").unwrap_err().to_string().contains("\"y\" is left out: elements of"),
            "{descr}"
        );
    }
    // A size of more than 32 bits is refused before its elements are looked at, where no memory is as large.
    let no_size =
        if cfg!(target_pointer_width = "64") { "do not take 0 bytes" } else { "a size that no memory could hold" };
    let table = [
        (file("'<U3'", 23), "elements of string type (\"<U3\") of shape [2] do not take 23 bytes"),
        (file("'<c8'", 17), "do not take 17 bytes"),
        (npy_file(1, &header("'<c8'").replace("(2,)", "(4611686018427387904, 4)"), &[]), no_size),
        (npy_file(1, &header("'<U9223372036854775807'"), &[]), "do not take 0 bytes"),
    ];
    for (bytes, wanted) in table {
        said(held(npz::read, &zip(&[Member::stored("x", &x), Member::stored("y", &bytes)])), wanted);
    }
    let text = file("'<U3'", 24);
    let mut wrong = Member::stored("y", &text);
    wrong.crc = 1;
    said(held(npz::read, &zip(&[Member::stored("x", &x), wrong])), "member \"y\": its checksum is");
    for names in [["y", "y.npy"], ["y.npy", "y"]] {
        let members = [Member::stored(names[0], &text), Member::stored(names[1], &x)];
        said(held(npz::read, &zip(&members)), "the name \"y\" stands twice");
    }
}

/// A zip without arrays is named for what it is, where that can be told.
#[test]
fn zips_of_other_programs() {
    let refused = |members: &[&'static str], wanted: &str| {
        let members: Vec<Member> = members.iter().map(|name| Member::stored(name, b"<x/>")).collect();
        let error = npz::read(&zip(&members)).unwrap_err().to_string();
        assert_eq!(error, format!("npz: byte 0: none of its {} members is an array{wanted}", members.len()));
    };
    refused(&["[Content_Types].xml", "xl/workbook.xml"], ": an Excel workbook: save the sheet as CSV (UTF-8)");
    refused(&["rows.csv"], ": a zip of one table: unzip it, or gzip it instead");
    refused(&["train.csv", "test.csv"], ": a zip of tables: unzip it");
    refused(&["rows.csv", "rows.xml"], "");
    let export = "torch.save(torch.export.load(\"FILE\").state_dict, \"FILE.pt\")";
    let members = ["m/data/weights/weight_0", "m/models/model.json", "m/archive_format"];
    refused(&members, &format!(": a program of torch.export.save: in Python, {export}"));
    let keras = "numpy.savez(\"FILE.npz\", **{v.path: v.numpy() for v in keras.models.load_model(\"FILE\").weights})";
    refused(&["config.json", "model.weights.h5"], &format!(": a Keras model: in Python, {keras}"));
}
