/// x above `threshold`, but at most `maxValue`; negativeSlope · (x - threshold) below it. Output shape = input shape.
public struct ReLU: Layer, Hashable {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Upper limit, at least 0; nil for no limit, 6 for ReLU6.
  public var maxValue: Double?
  /// Slope below `threshold`, at least 0.
  public var negativeSlope: Double
  /// Where the slope changes, at least 0.
  public var threshold: Double

  /// A layer with Keras's defaults.
  public init(maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0, name: String? = nil) {
    self.name = name
    self.maxValue = maxValue
    self.negativeSlope = negativeSlope
    self.threshold = threshold
  }
}

extension ReLU: CompilableLayer {
  static let className = "ReLU"
  static let stem = "re_lu"
  static let summary = """
    x above `threshold`, but at most `max_value`; `negative_slope * (x - threshold)` below it.

    Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "max_value", optional: \.maxValue, .notNegativeFloat32, doc: "upper limit, at least 0; None for no limit; 6 gives ReLU6."),
      Setting("negative_slope", \.negativeSlope, .notNegativeFloat32, doc: "slope below the threshold, at least 0."),
      Setting("threshold", \.threshold, .notNegativeFloat32, doc: "at least 0."),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
