/// How a window moves over an image where it would cross the edge. Raw values are Keras's names.
public enum Padding: String, CaseIterable, Sendable {
  /// Windows stay inside the image.
  case valid
  /// Zeros around the image, so that a stride of 1 keeps its size; the smaller half comes first.
  case same
}

/// Rows and columns.
public struct Extent: Sendable, Equatable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  public var height: Int
  public var width: Int

  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }
  public init(integerLiteral value: Int) { self.init(value, value) }
  /// [height, width]; a single value means both.
  public init(arrayLiteral elements: Int...) { self.init(elements.first ?? 0, elements.last ?? 0) }
}

/// Where a sliding window lies along one axis.
struct SlidingAxis: Sendable, Equatable {
  var input: Int
  var window: Int
  var stride: Int
  var dilation: Int
  var padBefore: Int
  var output: Int

  /// The window's reach, with the gaps of dilation.
  var reach: Int { (window - 1) * dilation + 1 }
  /// The input with its padding, as far as the windows read it.
  var padded: Int { max((output - 1) * stride + reach, padBefore + input) }
}

extension SlidingAxis {
  /// Keras's arithmetic: 'same' gives ceil(input / stride) windows.
  /// - Parameter what: the layer and the axis, for the error.
  init(
    input: Int, window: Int, stride: Int, dilation: Int, padding: Padding, what: @autoclosure () -> String
  ) throws(SwiftCNNError) {
    let (spread, overflow) = (window - 1).multipliedReportingOverflow(by: dilation)
    let reach = overflow || spread > 1 << 40 ? Int.max : spread + 1
    self.init(input: input, window: window, stride: stride, dilation: dilation, padBefore: 0, output: 0)
    switch padding {
    case .valid:
      guard reach <= input else {
        throw .invalidValue(
          "\(what()) of the input is \(input), smaller than the window of \(window)"
            + (dilation > 1 ? " with dilation \(dilation)" : "")
            + "; use a smaller window, a larger input, or padding='same'")
      }
      output = (input - reach) / stride + 1
    case .same:
      output = (input + stride - 1) / stride
      let remainder = input % stride
      padBefore = max(0, reach - (remainder == 0 ? stride : remainder)) / 2
      guard reach <= 1 << 24 else {
        throw .invalidValue("\(what()): a window of \(window) with dilation \(dilation) is beyond any image; use smaller values")
      }
    }
  }
}

extension JSON.Field {
  func padding(_ key: String) throws(SwiftCNNError) -> Padding {
    guard let field = self[key] else { return .valid }
    guard let padding = Padding(rawValue: try field.string()) else {
      throw field.complaint("is \(field.value.text); use 'valid' or 'same'")
    }
    return padding
  }

  /// Two positive integers, or one for both.
  func extent(_ key: String, default missing: Extent? = nil) throws(SwiftCNNError) -> Extent {
    if let missing, optional(key) == nil { return missing }
    let field = try member(key)
    let values = if case .integer(let value) = field.value { [value, value] } else { try field.integers() }
    guard values.count == 2, values.allSatisfy({ $0 > 0 && $0 <= Int(Int32.max) }) else {
      throw field.complaint(
        "must be one or two positive integers (height, width) of at most \(Int32.max), got \(field.value.text)")
    }
    return Extent(values[0], values[1])
  }
}

extension Extent {
  /// Sizes, strides and dilations of a window must be positive, and small enough to calculate with.
  func check(_ what: String, of layer: String) throws(SwiftCNNError) {
    for size in [height, width] where size <= 0 || size > Int(Int32.max) {
      throw .invalidValue("\(layer): \(what) must be positive and at most \(Int32.max), got (\(height), \(width))")
    }
  }

  var json: JSON { [.integer(height), .integer(width)] }
}
