//! The network on RISC-V without atomics (the ESP32-C3's rv32imc), without an operating system: qemu's `virt` runs it.

#![no_std]
#![no_main]

use core::fmt::Write;

#[global_allocator]
static BUMP: network::Bump = network::Bump::new();

core::arch::global_asm!(".section .start, \"ax\"", ".globl start", "start: la sp, stack_end", "j main");

/// Its serial port.
struct Serial;

impl Write for Serial {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        // SAFETY: the register that sends a byte.
        text.bytes().for_each(|byte| unsafe { (0x1000_0000 as *mut u8).write_volatile(byte) });
        Ok(())
    }
}

/// Ends qemu, with this status.
fn exit(status: u32) -> ! {
    // SAFETY: the register that ends the machine: 0x5555 is success; else the upper half is the status.
    unsafe { (0x10_0000 as *mut u32).write_volatile(if status == 0 { 0x5555 } else { status << 16 | 0x3333 }) };
    loop {}
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    let _ = writeln!(Serial, "{info}");
    exit(1)
}

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let y = network::outputs([1.0, 0.5]).unwrap();
    writeln!(Serial, "{y}").unwrap();
    exit(0)
}
