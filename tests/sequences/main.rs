//! Random sequences of views and operations against the definition: what `machine.rs` makes of random bytes. (The level is the process's: one test, alone.)

#[path = "../common/mod.rs"]
mod common;
mod machine;

use proptest::prelude::*;

proptest! {
    #![proptest_config(common::cases(2000))]

    #[test]
    fn sequences(bytes in prop::collection::vec(any::<u8>(), 4..300)) {
        machine::run(&bytes);
    }
}
