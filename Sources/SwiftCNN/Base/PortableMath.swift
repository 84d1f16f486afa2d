/// Mathematical functions in double precision. They return the same bits on every machine, unlike those of a C library.
enum PortableMath {
  private static let ln2 = 0.693147180559945309

  /// ln x for x > 0, by its series in (m - 1) / (m + 1), x = m · 2^e.
  static func log(_ x: Double) -> Double {
    let m = x.significand
    let z = (m - 1) / (m + 1)
    var sum = 0.0
    for k in stride(from: 41.0, through: 1.0, by: -2.0) { sum = sum * z * z + 1 / k }
    return 2 * z * sum + Double(x.exponent) * ln2
  }

  /// e^x: a power of two, times Taylor's series of the remainder.
  static func exp(_ x: Double) -> Double {
    guard abs(x) < 700 else { return x > 0 ? .infinity : 0 }
    let exponent = (x / ln2).rounded()
    let rest = x - exponent * ln2
    var sum = 1.0
    for k in stride(from: 18.0, through: 1.0, by: -1.0) { sum = 1 + sum * rest / k }
    return Double(sign: .plus, exponent: Int(exponent), significand: sum)
  }

  /// base^exponent for base >= 0; exact squarings where the exponent is a whole number.
  static func pow(_ base: Double, _ exponent: Double) -> Double {
    if let whole = Int(exactly: exponent), whole != .min { return whole < 0 ? 1 / pow(base, -whole) : pow(base, whole) }
    return base == 0 ? (exponent > 0 ? 0 : .infinity) : exp(exponent * log(base))
  }

  /// base^exponent for exponent >= 0, by squaring.
  static func pow(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, left) = (1.0, base, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= square }
      square *= square
      left >>= 1
    }
    return result
  }

  /// The cosine of this number of full turns.
  static func cosine(turn: Double) -> Double {
    let part = turn.magnitude.truncatingRemainder(dividingBy: 1)
    return part <= 0.5 ? cosPi(2 * part) : cosPi(2 - 2 * part)
  }

  /// cos πx for x in 0...1, by Taylor's series.
  static func cosPi(_ x: Double) -> Double {
    if x > 0.5 { return -cosPi(1 - x) }
    let square = (Double.pi * x) * (Double.pi * x)
    var sum = 1.0
    for k in stride(from: 24.0, through: 2.0, by: -2.0) { sum = 1 - sum * square / (k * (k - 1)) }
    return sum
  }
}
