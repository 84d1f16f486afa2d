/// How a weight tensor starts. The names in files are Keras's.
public enum Initializer: Sendable, Equatable {
  case zeros
  case ones
  case constant(Double)
  case glorotUniform
  case glorotNormal
  case heUniform
  case heNormal
  case lecunUniform
  case lecunNormal
  case varianceScaling(VarianceScaling)
  case randomUniform(from: Double, to: Double)
  case randomNormal(mean: Double, deviation: Double)
  /// Cut at two deviations.
  case truncatedNormal(mean: Double, deviation: Double)
  /// Rows or columns, whichever are fewer, that stand at right angles (Saxe et al. 2013), times `gain`.
  case orthogonal(gain: Double)
  /// `gain` on the diagonal of a matrix.
  case identity(gain: Double)
}

/// Random numbers around 0 of a variance that the connections of a unit set: `scale` / fan.
public struct VarianceScaling: Sendable, Equatable {
  public enum Mode: String, CaseIterable, Sendable {
    case incoming = "fan_in"
    case outgoing = "fan_out"
    case average = "fan_avg"
  }

  public enum Distribution: String, CaseIterable, Sendable {
    case uniform
    case truncatedNormal = "truncated_normal"
    case normal = "untruncated_normal"
  }

  public var scale: Double
  public var mode: Mode
  public var distribution: Distribution

  public init(scale: Double = 1, mode: Mode = .incoming, distribution: Distribution = .truncatedNormal) {
    self.scale = scale
    self.mode = mode
    self.distribution = distribution
  }
}

/// The inputs and outputs that one unit is connected to; a convolution counts its kernel's area.
struct Fans: Sendable {
  var incoming: Int
  var outgoing: Int
}

extension Fans {
  /// Keras's for a weight of any shape: a kernel's last two axes are inputs and outputs, the others its area.
  init(ofKernel shape: [Int]) {
    let area = shape.dropLast(2).reduce(1, *)
    let outgoing = shape.last ?? 1
    self.init(incoming: area * (shape.count < 2 ? outgoing : shape[shape.count - 2]), outgoing: area * outgoing)
  }
}

extension VarianceScaling {
  func variance(_ fans: Fans) -> Float {
    let fan: Float =
      switch mode {
      case .incoming: Float(max(1, fans.incoming))
      case .outgoing: Float(max(1, fans.outgoing))
      case .average: Float(max(1, fans.incoming + fans.outgoing)) / 2
      }
    return Float(scale) / fan
  }
}

extension Initializer {
  /// The three families that have names of their own (Glorot and Bengio 2010; He et al. 2015; LeCun et al. 1998).
  private var scaling: VarianceScaling? {
    switch self {
    case .glorotUniform: VarianceScaling(mode: .average, distribution: .uniform)
    case .glorotNormal: VarianceScaling(mode: .average)
    case .heUniform: VarianceScaling(scale: 2, distribution: .uniform)
    case .heNormal: VarianceScaling(scale: 2)
    case .lecunUniform: VarianceScaling(distribution: .uniform)
    case .lecunNormal: VarianceScaling()
    case .varianceScaling(let scaling): scaling
    default: nil
    }
  }

  /// Refuses what makes no sense for a weight of this shape.
  func check(_ name: String, shape: [Int]) throws(SwiftCNNError) {
    switch self {
    case .orthogonal where shape.count < 2:
      throw .invalidValue("\(name): orthogonal is for weights of two or more axes, got the shape \(Shape.text(shape))")
    case .identity where shape.count != 2:
      throw .invalidValue("\(name): identity is for matrices, got the shape \(Shape.text(shape))")
    default: break
    }
  }

  /// Fills a weight; element e depends on (seed, stream, e) alone, but for orthogonal ones.
  func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: [Int], fans: Fans, seed: UInt64, stream: UInt32
  ) throws(SwiftCNNError) {
    let random = RandomWeights(values: values, random: Philox(seed: seed), stream: stream)
    switch self {
    case .constant(let value): values.update(repeating: Float(value))
    case .ones: values.update(repeating: 1)
    case .randomUniform(let low, let high): try random.uniform(around: Float((low + high) / 2), within: Float((high - low) / 2))
    case .randomNormal(let mean, let deviation): try random.normal(Float(mean), Float(deviation))
    case .truncatedNormal(let mean, let deviation): try random.truncatedNormal(Float(mean), Float(deviation))
    case .orthogonal(let gain): try random.orthogonal(shape, Float(gain))
    case .identity(let gain):
      values.update(repeating: 0)
      for i in 0..<min(shape[0], shape[1]) { values[i * shape[1] + i] = Float(gain) }
    default: if let scaling { try random.fill(scaling, fans) } else { values.update(repeating: 0) }
    }
  }
}
