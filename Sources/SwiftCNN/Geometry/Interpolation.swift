/// How pixels outside an image are computed. Raw values are Keras's names.
public enum FillMode: String, CaseIterable, Sendable {
  /// (d c b a | a b c d | d c b a)
  case reflect
  /// (a b c d | a b c d | a b c d)
  case wrap
  /// (v v v v | a b c d | v v v v), with a given value v.
  case constant
  /// (a a a a | a b c d | d d d d)
  case nearest
}

/// How a value between pixels is computed. Raw values are Keras's names.
public enum Interpolation: String, CaseIterable, Sendable {
  /// The value of the nearest pixel.
  case nearest
  /// Linear interpolation along each axis, between the two nearest pixels.
  case bilinear
}

extension FillMode: SettingChoice {}
extension Interpolation: SettingChoice {}
