//! The network on a Cortex-M4, without an operating system: qemu's `mps2-an386` runs it. And on a Cortex-M0 with 16 KiB of memory, `microbit`.

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

/// Without compare-and-swap, a tensor stays on its thread: each line would not compile if it were `Send` or `Sync`.
#[cfg(not(target_has_atomic = "ptr"))]
const _: () = {
    trait Only<A> {
        const ONE: () = ();
    }
    impl<T> Only<()> for T {}
    impl<T: Send> Only<u8> for T {}
    impl<T: Sync> Only<u16> for T {}
    let () = <Tensor as Only<_>>::ONE;
    let () = <nptensor::Sequential as Only<_>>::ONE;
};

#[cortex_m_rt::entry]
fn main() -> ! {
    const SIZE: usize = if cfg!(target_has_atomic = "ptr") { 16 << 10 } else { 8 << 10 };
    static mut MEMORY: [MaybeUninit<u8>; SIZE] = [MaybeUninit::uninit(); SIZE];
    // SAFETY: once, before anything is allocated, and nothing else touches this memory.
    unsafe { HEAP.init(addr_of_mut!(MEMORY) as usize, SIZE) };

    let y = network::outputs([1.0, 0.5]).unwrap();
    hprintln!("{}", y);
    let x: Tensor<f32> = Tensor::from([1010.0, 1000.0, 990.0]);
    hprintln!("{}", x.softmax_whole().unwrap());
    // A view counts as an owner; what is written to it is a copy.
    let roots = Tensor::from([[1.0, 2.0], [3.0, 4.0]]).power(0.5).unwrap();
    let mut view = roots.t();
    view[[0, 1]] = 0.0;
    drop(view);
    hprintln!("{}", roots);
    #[cfg(target_has_atomic = "ptr")]
    hprintln!("{}", in_flash().unwrap());
    debug::exit(debug::EXIT_SUCCESS);
    loop {}
}

/// A network whose 160 KB of weights are ten times the memory that there is: torch's (outputs, inputs), read where they lie in flash. (The Cortex-M0 has too little
/// of that.)
#[cfg(target_has_atomic = "ptr")]
fn in_flash() -> nptensor::Result<Tensor<f32>> {
    #[repr(align(8))]
    struct Aligned<B: ?Sized>(B);
    static FILE: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/network.safetensors")));
    let before = HEAP.used();
    let network = nptensor::formats::read_model_static(&FILE.0)?;
    // (What counts the owners of tensors, the names of the layers, and no weight.)
    assert!(HEAP.used() - before < 1024);
    network.forward(&Tensor::from_fn(&[784], |i| (i[0] % 5) as f32 - 2.0)?)
}
