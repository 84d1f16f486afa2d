/// output = input · scale + offset; one number for all channels, or one for each.
///
/// `Rescaling(1.0 / 255)` as the first layer scales bytes to 0…1. Output shape = input shape.
public struct Rescaling: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Factor: one value, or one for each index of the last axis.
  public var scale: [Double]
  /// Summand: one value, or one for each index of the last axis.
  public var offset: [Double]

  /// A layer with one scale and one offset for all values.
  public init(_ scale: Double, offset: Double = 0, name: String? = nil) {
    self.init(scale: [scale], offset: [offset], name: name)
  }

  /// A layer with one value each for `scale` and `offset`, or one for each channel.
  public init(scale: [Double], offset: [Double] = [0], name: String? = nil) {
    self.name = name
    self.scale = scale
    self.offset = offset
  }
}

extension Rescaling: CompilableLayer {
  static let className = "Rescaling"
  static let stem = "rescaling"
  static let summary = """
    `x * scale + offset`; `Rescaling(1 / 255)` brings bytes to 0 ... 1.

    Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting("scale", \.scale.oneOrMore, .numbers, isRequired: true, doc: "factor: one number, or one for each channel."),
      Setting("offset", \.offset.oneOrMore, .numbers, doc: "summand: one number, or one for each channel."),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    let channels = input[input.count - 1]
    for (what, values) in [("scale", scale), ("offset", offset)] {
      guard values.count == 1 || values.count == channels else {
        throw .invalidValue(
          "\(title): \(what) must be one number or one for each of the \(channels) channels, got \(values.count) numbers")
      }
    }
    return input
  }
}

extension Requirement where Value == OneOrMore<Double> {
  fileprivate static var numbers: Requirement {
    Requirement("one number, or one for each channel, that float32 can hold") {
      !$0.values.isEmpty && $0.values.allSatisfy { Float($0).isFinite }
    }
  }
}
