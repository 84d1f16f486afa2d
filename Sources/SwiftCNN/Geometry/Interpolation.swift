/// How pixels outside an image are had. Raw values are Keras's names.
public enum FillMode: String, CaseIterable, Sendable {
  /// (d c b a | a b c d | d c b a)
  case reflect
  /// (a b c d | a b c d | a b c d)
  case wrap
  /// (v v v v | a b c d | v v v v), with a value v that is given.
  case constant
  /// (a a a a | a b c d | d d d d)
  case nearest
}

/// How a value between pixels is had. Raw values are Keras's names.
public enum Interpolation: String, CaseIterable, Sendable {
  /// The nearest pixel's.
  case nearest
  /// Along each axis, on a straight line between the two nearest pixels.
  case bilinear
}

extension FillMode: SettingChoice {}
extension Interpolation: SettingChoice {}
