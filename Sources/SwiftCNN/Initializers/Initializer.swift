/// How a weight tensor starts. Raw values are Keras's names.
public enum Initializer: String, CaseIterable, Sendable {
  case zeros
  case ones
  case glorotUniform = "glorot_uniform"
  case glorotNormal = "glorot_normal"
  case heUniform = "he_uniform"
  case heNormal = "he_normal"
  case lecunUniform = "lecun_uniform"
  case lecunNormal = "lecun_normal"
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

extension Initializer {
  /// Var(w) = scale / fan (Glorot and Bengio 2010; He et al. 2015; LeCun et al. 1998).
  private func variance(_ fans: Fans) -> Float {
    switch self {
    case .zeros, .ones: 0
    case .glorotUniform, .glorotNormal: 2 / Float(max(1, fans.incoming + fans.outgoing))
    case .heUniform, .heNormal: 2 / Float(max(1, fans.incoming))
    case .lecunUniform, .lecunNormal: 1 / Float(max(1, fans.incoming))
    }
  }

  /// Fills a weight; element e depends on (seed, stream, e) alone.
  func fill(_ values: UnsafeMutableBufferPointer<Float>, fans: Fans, seed: UInt64, stream: UInt32) {
    let random = Philox(seed: seed)
    switch self {
    case .zeros: values.update(repeating: 0)
    case .ones: values.update(repeating: 1)
    case .glorotUniform, .heUniform, .lecunUniform:
      let limit = (3 * variance(fans)).squareRoot()
      for i in values.indices { values[i] = limit * random.symmetric(i, 0, stream).0 }
    case .glorotNormal, .heNormal, .lecunNormal:
      // Cutting a normal distribution at two deviations leaves this much of its deviation.
      let deviation = variance(fans).squareRoot() / 0.87962566103423978
      for i in values.indices { values[i] = deviation * random.truncatedNormal(i, stream) }
    }
  }
}

extension Philox {
  /// Two numbers of element `index`: one uniform in [-1, 1), one uniform in [0, 1).
  fileprivate func symmetric(_ index: Int, _ attempt: UInt32, _ stream: UInt32) -> (Float, Float) {
    let word = block([UInt32(truncatingIfNeeded: index), attempt, stream, UInt32(truncatingIfNeeded: index >> 32)])
    return (Float(Int32(bitPattern: word.x) >> 8) * 0x1p-23, Float(word.y >> 8) * 0x1p-24)
  }

  /// A standard normal number cut at ±2, by rejection from the uniform distribution over [-2, 2).
  fileprivate func truncatedNormal(_ index: Int, _ stream: UInt32) -> Float {
    var attempt: UInt32 = 0
    while true {
      let (x, u) = symmetric(index, attempt, stream)
      if u < portableExp(-2 * x * x) { return 2 * x }
      attempt += 1
    }
  }
}

/// exp(x) for -2 <= x <= 0 from additions and multiplications alone, so that it has the same bits on every machine:
/// the Taylor series of exp(x / 16) to the eighth power of x, squared four times.
private func portableExp(_ x: Float) -> Float {
  let y = Double(x) / 16
  var sum = 1.0
  for k in stride(from: 8.0, through: 1.0, by: -1.0) { sum = 1 + sum * y / k }
  for _ in 0..<4 { sum *= sum }
  return Float(sum)
}
