/// What is made of several values, element by element.
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
