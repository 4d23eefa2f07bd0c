//! How large the caches of this processor are, as `cpuid` says.
//!
//! ```text
//!   leaf 4 (Intel), leaf 8000001D (AMD): a description in each subleaf, until one has type 0
//!     eax   bits 0..5 type: 1 data, 2 instructions, 3 both      bits 5..8 level
//!     ebx   bits 0..12 bytes of a line - 1     12..22 partitions - 1     22..32 ways - 1
//!     ecx   sets - 1                           bytes = line x partitions x ways x sets
//! ```
//!
//! (Intel's Software Developer's Manual, volume 2A, CPUID; AMD's Programmer's Manual, volume 3, appendix E.4.) A
//! hypervisor may say anything, and says it slowly: the caller keeps it and bounds it (`../../gemm/blocks.rs`).

use core::arch::x86_64::{__cpuid, __cpuid_count};

/// The leaves that describe caches in this form.
const LEAVES: [u32; 2] = [4, 0x8000_001D];
/// More caches than any processor describes.
const MAX_SUBLEAVES: u32 = 16;

/// Bytes of the cache of that level that holds data; `None` where the processor does not say.
pub(in super::super) fn cache_bytes(level: u32) -> Option<usize> {
    // (Miri has no processor to ask.)
    if cfg!(miri) {
        return None;
    }
    LEAVES.iter().find_map(|&leaf| {
        // The highest leaf of each of the two ranges is in eax of its first.
        if ask(leaf & 0x8000_0000, None)[0] < leaf {
            return None;
        }
        (0..MAX_SUBLEAVES).map(|i| ask(leaf, Some(i))).take_while(|cache| cache[0] & 31 != 0).find_map(
            |[eax, ebx, ecx]| {
                let holds_data = matches!(eax & 31, 1 | 3) && eax >> 5 & 7 == level;
                let [line, partitions, ways] =
                    [ebx & 0xFFF, ebx >> 12 & 0x3FF, ebx >> 22].map(|less| less as usize + 1);
                (ecx as usize).checked_add(1).filter(|_| holds_data)?.checked_mul(line * partitions * ways)
            },
        )
    })
}

/// eax, ebx and ecx of a leaf.
#[inline(never)]
#[allow(unused_unsafe)] // (Newer compilers know that every x86-64 processor has the instruction.)
fn ask(leaf: u32, subleaf: Option<u32>) -> [u32; 3] {
    // SAFETY: every x86-64 processor has `cpuid`, which reads no memory.
    let said = unsafe { subleaf.map_or_else(|| __cpuid(leaf), |subleaf| __cpuid_count(leaf, subleaf)) };
    [said.eax, said.ebx, said.ecx]
}
