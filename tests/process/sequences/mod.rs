//! Random sequences of views and operations against the definition: what `machine.rs` makes of random bytes. (They choose the level.)

mod machine;

use proptest::prelude::*;

proptest! {
    #![proptest_config(crate::common::cases(if cfg!(debug_assertions) { 500 } else { 2000 }))]

    #[test]
    fn sequences(bytes in prop::collection::vec(any::<u8>(), 4..300)) {
        let _alone = crate::alone();
        machine::run(&bytes);
    }
}
