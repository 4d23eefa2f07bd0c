//! A program that carries its model: `MODEL=/path/to/model.safetensors cargo build`. It writes the bits of its outputs, for reading and printing of numbers is another matter.

use nptensor::{Workspace, formats};

fn main() -> nptensor::Result<()> {
    let model = formats::read_model::<f32>(include_bytes!(env!("MODEL")))?;
    let x: Vec<f32> = std::env::args().skip(1).map(|x| f32::from(x.len() as u8)).collect();
    for y in model.predict(&x, &mut Workspace::new())? {
        println!("{:x}", y.to_bits());
    }
    Ok(())
}
