// Conversions of floating-point numbers to integers. The standard library's end the program on NaN and on values beyond the
// integer's range. These take their place in this module, by having the same names, and cannot fail: NaN becomes 0, and what is
// too large the largest integer. Where such a value is a mistake of the user, it is refused before.

extension Int {
  init(_ value: Float) { self.init(Double(value)) }
  init(_ value: Double) { self = Int(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : value > 0 ? .max : 0) }
}

extension Int32 {
  init(_ value: Float) { self.init(clamping: Int(value)) }
  init(_ value: Double) { self.init(clamping: Int(value)) }
}

extension UInt32 {
  init(_ value: Float) { self.init(clamping: Int(value)) }
  init(_ value: Double) { self.init(clamping: Int(value)) }
}
