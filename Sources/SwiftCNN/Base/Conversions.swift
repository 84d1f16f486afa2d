// Conversions of floating-point numbers to integers. Those of the standard library end the program for NaN and for values beyond
// the integer's range. These have the same names and replace them in this module. They cannot fail: NaN becomes 0, and values
// that are too large become the largest integer. Code that reads values from users checks them before the conversion.

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
