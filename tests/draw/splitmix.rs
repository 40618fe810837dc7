//! What all tests of this folder draw from: SplitMix64, as Steele, Lea and Flood give it ("Fast splittable pseudorandom number
//! generators", OOPSLA 2014). Crates that share no other code include this file; what they draw by it is their own.

/// A sequence of numbers that its seed decides, the same on every machine.
#[derive(Clone, Debug)]
pub(crate) struct SplitMix(u64);

impl SplitMix {
    /// The sequence of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::SplitMix;

    /// Source of the numbers: the reference in C, `splitmix64.c` of Vigna, from 0.
    #[test]
    fn it_gives_what_others_give() {
        let mut of_zero = SplitMix::new(0);
        let words = [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f];
        assert_eq!([of_zero.word(), of_zero.word(), of_zero.word()], words);
    }
}
