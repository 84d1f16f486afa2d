/// output = input · scale + offset; one number for all channels, or one for each.
///
/// As a first layer `Rescaling(1.0 / 255)` brings bytes to 0…1. Output shape = input shape.
public struct Rescaling: Layer {
  public var name: String?
  /// One value, or one for each index of the last axis.
  public var scale: [Double]
  /// As `scale`.
  public var offset: [Double]

  public init(_ scale: Double, offset: Double = 0, name: String? = nil) {
    self.init(scale: [scale], offset: [offset], name: name)
  }

  /// - Parameters: scale, offset: one value each, or one for each channel.
  public init(scale: [Double], offset: [Double] = [0], name: String? = nil) {
    self.name = name
    self.scale = scale
    self.offset = offset
  }
}

extension Rescaling: CompilableLayer {
  static let className = "Rescaling"
  static let stem = "rescaling"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["scale", "offset"])
    self.init(scale: try config.member("scale").oneOrMoreNumbers(), offset: try config["offset"]?.oneOrMoreNumbers() ?? [0])
  }

  var config: JSON { ["scale": Self.json(scale), "offset": Self.json(offset)] }

  private static func json(_ values: [Double]) -> JSON {
    values.count == 1 ? .number(values[0]) : .array(values.map(JSON.number))
  }

  func check() throws(SwiftCNNError) {
    for (what, values) in [("scale", scale), ("offset", offset)] {
      guard !values.isEmpty else {
        throw .invalidValue("\(title): \(what) must be one number, or one for each channel, got none")
      }
      guard values.allSatisfy({ Float($0).isFinite }) else {
        throw .invalidValue(
          "\(title): \(what) must be finite in float32, got \(values.map(\.description).joined(separator: ", "))")
      }
    }
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

extension JSON.Field {
  fileprivate func oneOrMoreNumbers() throws(SwiftCNNError) -> [Double] {
    guard case .array = value else { return [try number()] }
    var numbers: [Double] = []
    for element in try elements() { numbers.append(try element.number()) }
    return numbers
  }
}
