//! Exact fractions. Levels are promises, so nothing of scoring is ever rounded on the way.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fraction from 0 upwards in lowest terms, with a positive denominator; 0 is 0/1. Written as `[num, den]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "(i64, i64)", into = "(i64, i64)")]
#[schemars(with = "(i64, i64)")]
pub struct Fraction {
    num: i64,
    den: i64,
}

impl Fraction {
    /// 0.
    pub const ZERO: Self = Self { num: 0, den: 1 };
    /// 1.
    pub const ONE: Self = Self { num: 1, den: 1 };

    /// `num / den` in lowest terms; nothing where `den` is not positive or `num` is negative.
    #[must_use]
    pub fn new(num: i64, den: i64) -> Option<Self> {
        if num < 0 || den <= 0 {
            return None;
        }
        let divisor = greatest_common_divisor(num, den);
        Some(Self { num: num / divisor, den: den / divisor })
    }

    /// The upper number.
    #[must_use]
    pub const fn num(self) -> i64 {
        self.num
    }

    /// The lower number, positive.
    #[must_use]
    pub const fn den(self) -> i64 {
        self.den
    }

    /// The fraction times `times`, cut off to an integer.
    #[must_use]
    pub fn scaled(self, times: i64) -> i64 {
        let scaled = i128::from(self.num) * i128::from(times) / i128::from(self.den);
        i64::try_from(scaled).unwrap_or(i64::MAX)
    }

    /// In percent with one digit, rounded half up: 1/3 is `33.3`.
    #[must_use]
    pub fn percent(self) -> String {
        let (num, den) = (i128::from(self.num), i128::from(self.den));
        let tenths = (2000 * num + den) / (2 * den);
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

/// Exact, as long as sum and denominators stay within 64 bits; a sum that does not is the greatest there is.
impl std::iter::Sum for Fraction {
    fn sum<I: Iterator<Item = Self>>(fractions: I) -> Self {
        fractions.fold(Self::ZERO, |sum, next| {
            let common = sum.den / greatest_common_divisor(sum.den, next.den);
            let den = common.checked_mul(next.den);
            den.and_then(|den| {
                let left = sum.num.checked_mul(den / sum.den)?;
                Self::new(left.checked_add(next.num.checked_mul(den / next.den)?)?, den)
            })
            .unwrap_or(Self { num: i64::MAX, den: 1 })
        })
    }
}

fn greatest_common_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        let cross = |a: i64, b: i64| i128::from(a) * i128::from(b);
        cross(self.num, other.den).cmp(&cross(other.num, self.den))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.num, self.den)
    }
}

impl TryFrom<(i64, i64)> for Fraction {
    type Error = &'static str;

    fn try_from((num, den): (i64, i64)) -> Result<Self, Self::Error> {
        Self::new(num, den).ok_or("a fraction is not negative and its denominator is positive")
    }
}

impl From<Fraction> for (i64, i64) {
    fn from(fraction: Fraction) -> Self {
        (fraction.num, fraction.den)
    }
}

#[cfg(test)]
mod tests {
    use super::Fraction;

    fn fraction(num: i64, den: i64) -> Fraction {
        Fraction::new(num, den).expect("a fraction")
    }

    #[test]
    fn is_in_lowest_terms() {
        assert_eq!(<(i64, i64)>::from(fraction(6, 8)), (3, 4));
        assert_eq!(<(i64, i64)>::from(fraction(0, 7)), (0, 1));
        assert_eq!(Fraction::new(1, 0), None);
        assert_eq!(Fraction::new(-1, 2), None);
    }

    #[test]
    fn percentages_are_rounded_half_up() {
        assert_eq!(fraction(1, 3).percent(), "33.3");
        assert_eq!(fraction(2, 3).percent(), "66.7");
        assert_eq!(fraction(1, 2000).percent(), "0.1");
        assert_eq!(fraction(1, 2001).percent(), "0.0");
        assert_eq!(Fraction::ONE.percent(), "100.0");
    }

    #[test]
    fn compares_exactly() {
        assert!(fraction(1, 3) < fraction(334, 1000));
        assert!(fraction(i64::MAX - 1, i64::MAX) < Fraction::ONE);
    }

    #[test]
    fn sums_are_exact_and_end_at_the_greatest() {
        assert_eq!(
            [fraction(1, 4), fraction(1, 6), fraction(3, 4)].into_iter().sum::<Fraction>(),
            fraction(7, 6)
        );
        assert_eq!([].into_iter().sum::<Fraction>(), Fraction::ZERO);
        let greatest = fraction(i64::MAX, 1);
        assert_eq!([greatest, fraction(1, 2)].into_iter().sum::<Fraction>(), greatest);
    }

    #[test]
    fn reads_only_fractions() {
        assert!(serde_json::from_str::<Fraction>("[1,0]").is_err());
        assert_eq!(serde_json::from_str::<Fraction>("[2,4]").expect("a fraction"), fraction(1, 2));
    }
}
