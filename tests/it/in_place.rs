//! Weights that stay where they are: files of the program itself, read in place, with the bits of a copy.

use std::sync::Mutex;

use nptensor::formats::{self, Archive, Format};
use nptensor::{Float, Layer, Result, Sequential, Tensor};

use super::models::network;

/// Numbers that round in each sum, from -3.7 to 3.7.
pub(super) fn varied<T: Float>(shape: &[usize]) -> Result<Tensor<T>> {
    Tensor::from_fn(shape, |i| T::from_f64((i.iter().fold(1, |x, &i| x * 31 + i * 17) % 23) as f64 / 3.0 - 3.7))
}

/// A file of the program itself, so many bytes after a multiple of 8.
fn of_the_program(file: &[u8], after: usize) -> &'static [u8] {
    /// Whatever is here is no leak.
    static FILES: Mutex<Vec<&'static [u8]>> = Mutex::new(Vec::new());
    let room = vec![0; file.len() + 16].leak();
    let at = room.as_ptr().align_offset(8) + after;
    room[at..][..file.len()].copy_from_slice(file);
    FILES.lock().unwrap().push(room);
    &room[at..][..file.len()]
}

fn weights_stay_where_they_are<T: Float>() -> Result<()> {
    let network = network::<T>()?;
    let file = formats::to_bytes(&Archive::from(&network).into(), Format::Safetensors)?;
    let bytes = of_the_program(&file, 0);
    let inside = |x: &[T]| {
        let (file, x) = (bytes.as_ptr_range(), x.as_ptr_range());
        file.start <= x.start.cast() && x.end.cast() <= file.end
    };
    let in_place = formats::read_model_static::<T>(bytes)?;
    assert_eq!(in_place, network);
    for layer in in_place.layers() {
        if let Layer::Dense { w, b } = layer {
            // torch's (outputs, inputs), seen as (inputs, outputs); copied where bytes lie the other way round.
            let little = cfg!(target_endian = "little");
            assert_eq!(w.strides() == [1, w.shape()[0] as isize], little);
            assert_eq!([inside(w.data()), inside(b.data())], [little; 2]);
        }
    }
    // Rows alone, a few, and so many that weights are packed; and layers wider than the columns that go together.
    let wide = |shapes: [[usize; 2]; 2]| -> Result<Sequential<T>> {
        let dense = |[n, m]: [usize; 2]| Ok(Layer::dense(varied::<T>(&[n, m])?, varied::<T>(&[m])?));
        Sequential::new([dense(shapes[0])?, Layer::Sigmoid, dense(shapes[1])?])
    };
    for network in [network, wide([[5, 67], [67, 19]])?, wide([[1, 8], [8, 1]])?, wide([[70, 16], [16, 300]])?] {
        let file = formats::to_bytes(&Archive::from(&network).into(), Format::Safetensors)?;
        let in_place = formats::read_model_static::<T>(of_the_program(&file, 0))?;
        for rows in [1, 2, 16, 17, 130] {
            let x = varied::<T>(&[rows, network.inputs().unwrap()])?;
            let [y, z] = [network.forward(&x)?, in_place.forward(&x)?].map(Tensor::into_vec);
            let bits = |y: Vec<T>| y.iter().map(|y| y.to_f64().to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(y), bits(z), "{network:#} of {rows} rows");
        }
    }
    Ok(())
}

#[test]
fn weights_of_the_program_stay_where_they_are() -> Result<()> {
    weights_stay_where_they_are::<f32>()?;
    weights_stay_where_they_are::<f64>()?;
    // What is written to is a copy.
    let mut archive = Archive::new();
    archive.insert("n", Tensor::from([1_u8, 2]))?;
    archive.insert("x", Tensor::from([1.5_f64]))?;
    archive.insert("yes", Tensor::from([true, false]))?;
    let file = formats::to_bytes(&(&archive).into(), Format::Safetensors)?;
    let bytes = of_the_program(&file, 0);
    let in_place = formats::safetensors::read_static(bytes)?;
    assert_eq!(in_place, archive);
    let mut n = in_place.tensor::<u8>("n")?;
    assert!(bytes.as_ptr_range().contains(&n.data().as_ptr()));
    n[[0]] = 7;
    assert_eq!((n.to_vec(), bytes), (vec![7, 2], &file[..]));
    Ok(())
}

/// Each file of the golden ones gives what it gives when it is copied, half precision, bool and all types that are left out
/// as well, or the same error, or that about places.
#[test]
fn files_of_the_program_are_read_alike() -> Result<()> {
    let (mut alike, mut refused) = (0, 0);
    for entry in std::fs::read_dir(format!("{}/tests/golden/formats", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "safetensors") {
            continue;
        }
        let file = std::fs::read(&path).unwrap();
        let text = |archive: Archive| format!("{archive:?}");
        let read = formats::safetensors::read(&file).map(text);
        match formats::safetensors::read_static(of_the_program(&file, 0)).map(text) {
            Err(error) if error.to_string().contains("must begin at a multiple of") => refused += 1,
            in_place => {
                assert_eq!(in_place, read, "{path:?}");
                alike += 1;
            }
        }
    }
    assert!(alike >= 6 && refused < 2, "{alike} {refused}");
    Ok(())
}

#[test]
fn bytes_of_the_program_that_are_not_aligned() -> Result<()> {
    let file = formats::to_bytes(&Archive::from(&network::<f32>()?).into(), Format::Safetensors)?;
    let begin = 8 + usize::from(file[0]) + 256 * usize::from(file[1]);
    assert_eq!(begin % 8, 0);
    let said = |bytes| match formats::read_model_static::<f32>(bytes) {
        _ if cfg!(target_endian = "big") => String::new(),
        read => read.unwrap_err().to_string(),
    };
    let big = cfg!(target_endian = "big");
    for after in [1, 2, 3] {
        let expected = format!(
            "safetensors: byte {begin}: tensor \"1.weight\" must begin at a multiple of 4 bytes in memory: so must the \
             file, in a struct with #[repr(align(4))] around include_bytes!"
        );
        assert_eq!(said(of_the_program(&file, after)), if big { String::new() } else { expected });
    }
    // (Elements of 4 bytes need no more.)
    assert_eq!(formats::read_model_static::<f32>(of_the_program(&file, 4))?, network()?);
    // A header whose length brings all others out of place.
    let mut longer = file.clone();
    longer[0] += 2;
    longer.splice(begin..begin, *b"  ");
    assert_eq!(formats::read_model::<f32>(&longer)?, network()?);
    let expected = format!(
        "safetensors: byte {}: tensor \"1.weight\" must begin at a multiple of 4 bytes in memory: no header of this \
         length has it there; nptensor convert writes one that does",
        begin + 2
    );
    assert_eq!(said(of_the_program(&longer, 0)), if big { String::new() } else { expected });
    Ok(())
}
