//! The network on a Cortex-M4, without an operating system: qemu's `mps2-an386` runs it.

#![no_std]
#![no_main]

use core::mem::MaybeUninit;
use core::ptr::addr_of_mut;

use cortex_m_semihosting::{debug, hprintln};
use embedded_alloc::LlffHeap;
use nptensor::Tensor;
use panic_semihosting as _;

#[global_allocator]
static HEAP: LlffHeap = LlffHeap::empty();

#[cortex_m_rt::entry]
fn main() -> ! {
    const SIZE: usize = 64 << 10;
    static mut MEMORY: [MaybeUninit<u8>; SIZE] = [MaybeUninit::uninit(); SIZE];
    // SAFETY: once, before anything is allocated, and nothing else touches this memory.
    unsafe { HEAP.init(addr_of_mut!(MEMORY) as usize, SIZE) };

    let y = network::outputs([1.0, 0.5]).unwrap();
    hprintln!("{}", y);
    let x: Tensor<f32> = Tensor::from([1010.0, 1000.0, 990.0]);
    hprintln!("{}", x.softmax_whole().unwrap());
    hprintln!("{}", Tensor::from([[1.0, 2.0], [3.0, 4.0]]).power(0.5).unwrap());
    debug::exit(debug::EXIT_SUCCESS);
    loop {}
}
