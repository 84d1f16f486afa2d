/// How windows are placed at the edges of an image. Raw values are Keras's names.
public enum Padding: String, CaseIterable, Sendable {
  /// Windows stay inside the image.
  case valid
  /// Zeros are added around the image, so that a stride of 1 keeps its size. The smaller half of them comes first.
  case same
}

/// Rows and columns.
public struct Extent: Sendable, Equatable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// This number of rows and columns.
  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }
  /// The same number of rows and columns.
  public init(integerLiteral value: Int) { self.init(value, value) }
  /// [height, width]; a single value means both.
  public init(arrayLiteral elements: Int...) { self.init(elements.first ?? 0, elements.last ?? 0) }
}

/// The positions of a sliding window along one axis.
struct SlidingAxis: Sendable, Equatable {
  var input: Int
  var window: Int
  var stride: Int
  var dilation: Int
  var padBefore: Int
  var output: Int

  /// The length of the window, including the gaps of dilation.
  var reach: Int { (window - 1) * dilation + 1 }
  /// The length of the padded input, as far as the windows read it.
  var padded: Int { max((output - 1) * stride + reach, padBefore + input) }
}

extension SlidingAxis {
  /// The number of windows as in Keras: 'same' gives ceil(input / stride) windows.
  /// - Parameter what: the layer and the axis, for the error message.
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

extension Padding: SettingChoice {}

extension Extent: SettingValue {
  /// One integer for both, or two.
  init(setting field: JSON.Field) throws(SwiftCNNError) {
    let sizes = try OneOrMore<Int>(setting: field).values
    guard sizes.count <= 2, let height = sizes.first, let width = sizes.last else {
      throw field.complaint("must be one or two integers (height, width), got \(field.value.text)")
    }
    self.init(height, width)
  }
  var json: JSON { [.integer(height), .integer(width)] }
  static var type: SettingType { SettingType("pair") }
  static var nullIsDefault: Bool { true }
}

extension Requirement where Value == Extent {
  /// Sizes, strides and dilations of a window. They are small enough for sums without overflow.
  static var positive: Requirement {
    Requirement("one or two positive integers (height, width) of at most \(Int32.max)") {
      [$0.height, $0.width].allSatisfy { 1...Int(Int32.max) ~= $0 }
    }
  }
}
