// The engine's own exp, log, tanh, sigmoid and erf. Those of the C library differ between systems; these have the same bits in
// every instruction set with FMA. The polynomials are minimax fits: weighted least squares, reweighted until the error is level,
// with coefficients rounded to float one after the other. The error of exp and log is less than one unit in the last place, that
// of the others less than two and a half.

/// `x = n ln 2 + r` with |r| <= ln 2 / 2; `power` is e^r - 1.
private struct ReducedExponential {
  let power: V
  let n: SIMD16<Int32>

  @inline(__always)
  init(_ x: V) {
    // Adding 1.5 * 2^23 rounds to an integer, which is then in the low bits.
    let rounder = splat(12_582_912)
    let shifted = fma(rounder, x, splat(1.442_695_04))
    n = bits(shifted) &- bits(rounder)
    let count = shifted - rounder
    // ln 2 is split into two parts. The first is short enough for an exact product.
    let r = fma(fma(x, count, splat(-0x1.62e400p-1)), count, splat(-0x1.7f7d1cp-20))
    var p = splat(0x1.a242f8p-13)
    p = fma(splat(0x1.6d3c92p-10), p, r)
    p = fma(splat(0x1.111004p-7), p, r)
    p = fma(splat(0x1.5554f6p-5), p, r)
    p = fma(splat(0x1.555556p-3), p, r)
    p = fma(splat(0.5), p, r)
    power = fma(r, p, r * r)
  }
}

/// 2^n for n in -126...127.
@inline(__always)
private func powerOfTwo(_ n: SIMD16<Int32>) -> V {
  fromBits((n &+ SIMD16(repeating: 127)) &<< SIMD16(repeating: 23))
}

/// e^x over the whole range: 0 and infinity beyond it, denormals in between.
@inline(__always)
func exponential(_ x: V) -> V {
  // Beyond these limits the result is 0 or infinity anyway. NaN passes both.
  let reduced = ReducedExponential(larger(smaller(x, splat(89)), splat(-104)))
  // Two factors, because 2^n itself is not a float at either end of the range.
  let half = reduced.n &>> SIMD16(repeating: 1)
  return (splat(1) + reduced.power) * powerOfTwo(half) * powerOfTwo(reduced.n &- half)
}

/// e^x - 1 for x <= 0, accurate to the last places near 0.
@inline(__always)
func exponentialMinusOne(ofNegative x: V) -> V {
  let reduced = ReducedExponential(larger(x, splat(-30)))
  let scale = powerOfTwo(reduced.n)
  return fma(scale - splat(1), reduced.power, scale)
}

/// ln x: -infinity at 0, NaN below.
@inline(__always)
func logarithm(_ x: V) -> V {
  let isTiny = x .< splat(0x1p-126)
  let normal = choose(isTiny, x * splat(0x1p23), x)
  // x = 2^e * m with m in [sqrt(1/2), sqrt(2)).
  let offset = bits(normal) &- SIMD16(repeating: 0x3f35_04f3)
  let m = fromBits((offset & SIMD16(repeating: 0x7f_ffff)) &+ SIMD16(repeating: 0x3f35_04f3))
  let e = toFloat(offset &>> SIMD16(repeating: 23)) - choose(isTiny, splat(23), splat(0))
  let result = logarithm(mantissa: m, exponent: e)
  let isOrdinary = (x .> splat(0)) .& (x .< splat(.infinity))
  let special = choose(x .== splat(0), splat(-.infinity), choose(x .> splat(0), x, splat(.nan)))
  return choose(isOrdinary, result, special)
}

/// e ln 2 + ln m, as f - f²/2 + f³ P(f) with f = m - 1.
@inline(__always)
private func logarithm(mantissa m: V, exponent e: V) -> V {
  let f = m - splat(1)
  var p = splat(-0x1.38cf20p-4)
  p = fma(splat(0x1.05602ep-3), p, f)
  p = fma(splat(-0x1.0d81f2p-3), p, f)
  p = fma(splat(0x1.22d8f8p-3), p, f)
  p = fma(splat(-0x1.54728cp-3), p, f)
  p = fma(splat(0x1.99a01ep-3), p, f)
  p = fma(splat(-0x1.000226p-2), p, f)
  p = fma(splat(0x1.555554p-2), p, f)
  let square = f * f
  let small = fma(fma(e * splat(0x1.7f7d1cp-20), p, square * f), splat(-0.5), square)
  return fma(f + small, e, splat(0x1.62e400p-1))
}

/// ln(1 + x) for x >= 0, with no loss where x is small.
@inline(__always)
func logarithmOfOnePlus(_ x: V) -> V {
  let sum = splat(1) + x
  let lost = x - (sum - splat(1))
  return logarithm(sum) + lost / sum
}

@inline(__always)
func hyperbolicTangent(_ x: V) -> V {
  let t = exponentialMinusOne(ofNegative: splat(-2) * magnitude(x))
  return withSign(of: x, (splat(0) - t) / (splat(2) + t))
}

/// 1 / (1 + e^-x), from e^-|x| so that neither tail overflows.
@inline(__always)
func sigmoid(_ x: V) -> V {
  sigmoid(x, exponential(splat(0) - magnitude(x)))
}

/// The same if e^-|x| is already known.
@inline(__always)
func sigmoid(_ x: V, _ decayed: V) -> V {
  choose(x .< splat(0), decayed, splat(1)) / (splat(1) + decayed)
}

/// erf x = x + x P(x²) up to 1, 1 - e^-Q(|x|) beyond; 1 to the last place from 4 on.
@inline(__always)
func errorFunction(_ x: V) -> V {
  let size = magnitude(x)
  let square = x * x
  var p = splat(0x1.4771fcp-14)
  p = fma(splat(-0x1.a3515ep-11), p, square)
  p = fma(splat(0x1.53f224p-8), p, square)
  p = fma(splat(-0x1.b7f71ap-6), p, square)
  p = fma(splat(0x1.ce2ce6p-4), p, square)
  p = fma(splat(-0x1.81273ep-2), p, square)
  p = fma(splat(0x1.06eba8p-3), p, square)
  let far = smaller(size, splat(4))
  var q = splat(-0x1.8528d0p-13)
  q = fma(splat(0x1.814ad4p-9), q, far)
  q = fma(splat(-0x1.65415ap-6), q, far)
  q = fma(splat(0x1.a60a4ap-4), q, far)
  q = fma(splat(0x1.46c588p-1), q, far)
  q = fma(splat(0x1.2085b2p+0), q, far)
  q = fma(splat(0x1.72e404p-12), q, far)
  let outer = withSign(of: x, splat(0) - exponentialMinusOne(ofNegative: splat(0) - q))
  return choose(size .< splat(1), fma(x, x, p), outer)
}

/// Whole numbers below 2^22 in size, without the per-lane calls of the library's conversion.
@inline(__always)
private func toFloat(_ n: SIMD16<Int32>) -> V {
  fromBits(n &+ bits(splat(12_582_912))) - splat(12_582_912)
}
