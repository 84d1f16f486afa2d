/// An element-by-element function of several values.
enum Combination: String {
  case sum
  case difference
  case product
  case quotient
  case mean
  case maximum
  case minimum

  var takesTwo: Bool { self == .difference || self == .quotient }
}
