//! Exact sums of doubles, in any order, rounded once at the end.
//!
//! The method is a superaccumulator (Neal, "Fast exact summation using small and large superaccumulators",
//! 2015). A finite double is an integer times 2^-1074. Each word of the sum stands for 32 bits of that
//! integer and has room for 2^30 additions. The result does not depend on the order, and equals Python's
//! `math.fsum`.

/// Number of words from the lowest bit of a subnormal to 64 bits above the highest bit of the largest double.
const WORDS: usize = 68;
/// Number of bits that a word stands for.
const WORD: u32 = 32;
/// Number of additions after which carries must be propagated.
const ROOM: u32 = 1 << 30;

/// A sum of finite doubles.
#[derive(Clone, Debug)]
pub struct ExactSum {
    words: [i64; WORDS],
    added: u32,
}

impl Default for ExactSum {
    fn default() -> Self {
        Self { words: [0; WORDS], added: 0 }
    }
}

impl ExactSum {
    /// Adds a finite number.
    #[inline]
    pub fn add(&mut self, number: f64) {
        debug_assert!(number.is_finite());
        let bits = number.to_bits();
        let exponent = (bits >> 52 & 0x7FF) as u32;
        let fraction = bits & ((1 << 52) - 1);
        let integer = if exponent == 0 { fraction } else { fraction | 1 << 52 };
        let place = exponent.saturating_sub(1);
        let shifted = u128::from(integer) << (place % WORD);
        for (part, word) in self.words[(place / WORD) as usize..][..3].iter_mut().enumerate() {
            let part = i64::from((shifted >> (WORD * part as u32)) as u32);
            *word += if number.is_sign_negative() { -part } else { part };
        }
        self.added += 1;
        if self.added >= ROOM {
            self.carry();
        }
    }

    /// Propagates carries, so that every word except the last is in `0..2^32`.
    fn carry(&mut self) {
        let mut carry = 0;
        for word in &mut self.words[..WORDS - 1] {
            *word += carry;
            carry = *word >> WORD;
            *word &= (1 << WORD) - 1;
        }
        self.words[WORDS - 1] += carry;
        self.added = 0;
    }

    /// The sum in units of 2^-1074, as the bytes of a signed integer, lowest byte first.
    pub fn to_le_bytes(&self) -> Vec<u8> {
        let mut sum = self.clone();
        sum.carry();
        let (last, words) = sum.words.split_last().expect("`words` is not empty");
        words.iter().flat_map(|&word| (word as u32).to_le_bytes()).chain(last.to_le_bytes()).collect()
    }

    /// The sum, rounded once to the nearest double, ties to even.
    pub fn value(&self) -> f64 {
        let mut sum = self.clone();
        sum.carry();
        let negative = sum.words[WORDS - 1] < 0;
        if negative {
            sum.words = sum.words.map(|word| -word);
            sum.carry();
        }
        let Some(top) = sum.words.iter().rposition(|&word| word != 0) else { return 0.0 };
        // `high` is the highest nonzero word and up to three words after it. `below` is true if a lower bit is set.
        let low = top.saturating_sub(3);
        let high = sum.words[low..=top].iter().rev().fold(0u128, |high, &word| high << WORD | word as u128);
        let below = sum.words[..low].iter().any(|&word| word != 0);
        let length = 128 - high.leading_zeros();
        let bits = if low == 0 && length <= 53 {
            // The sum needs no rounding. The integer is the encoding of the double.
            high as u64
        } else {
            // Four words hold at least 97 bits, unless no word is below them.
            let drop = length - 53;
            let kept = (high >> drop) as u64;
            let half = 1u128 << drop >> 1;
            let rest = high & ((1 << drop) - 1);
            let up = rest > half || (rest == half && (below || kept & 1 == 1));
            // Adding `kept` raises the exponent by one for its implicit bit, as does a carry out of the fraction.
            (u64::from(drop + WORD * low as u32) << 52) + kept + u64::from(up)
        };
        f64::from_bits(bits | u64::from(negative) << 63)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    fn sum(numbers: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        numbers.iter().for_each(|&number| sum.add(number));
        sum.value()
    }

    #[test]
    fn exact_where_the_answer_is_known() {
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(sum(&[1e308, 1e308, -1e308]), 1e308);
        assert_eq!(sum(&[5e-324, 5e-324]), 1e-323);
        assert_eq!(sum(&[-2.5, 1.0]), -1.5);
        // Ties go to even, unless a bit far below breaks the tie.
        let ulp = f64::EPSILON;
        assert_eq!(sum(&[1.0, ulp / 2.0]), 1.0);
        assert_eq!(sum(&[1.0 + ulp, ulp / 2.0]), 1.0 + 2.0 * ulp);
        assert_eq!(sum(&[1.0, ulp / 2.0, 5e-324]), 1.0 + ulp);
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
        assert_eq!(sum(&[f64::MIN_POSITIVE, -5e-324]), f64::MIN_POSITIVE - 5e-324);
    }

    #[test]
    fn any_order() {
        let mut random = Random::new(5);
        for _ in 0..200 {
            let numbers: Vec<f64> = (0..random.below(60))
                .map(|_| {
                    let scale = 2f64.powi(random.below(120) as i32 - 60);
                    (random.below(1 << 53) as f64 - 2f64.powi(52)) * scale
                })
                .collect();
            let mut backwards = numbers.clone();
            backwards.reverse();
            assert_eq!(sum(&backwards).to_bits(), sum(&numbers).to_bits());
        }
    }
}
