/// Losses that few use, over the rows of a batch: loops in the engine, in double precision, no kernels.
///
/// All of it is compiled once for every processor, so its bits are the same on each.
struct RareLossRows {
  /// A loss and its derivative by the output.
  typealias Value = (loss: Double, slope: Double)
  /// Keras's: what probabilities and divisors stay away from 0 by.
  private static let epsilon = 1e-7

  private let loss: RareLoss
  private let logits: Bool
  private let outputs, targets: UnsafePointer<Float>
  private let weights: UnsafePointer<Float>?
  private let scale: Double
  private let columns: Int

  init(
    _ loss: RareLoss, logits: Bool, outputs: UnsafePointer<Float>, targets: UnsafePointer<Float>,
    weights: UnsafePointer<Float>?, scale: Float, columns: Int
  ) {
    self.loss = loss
    self.logits = logits
    self.outputs = outputs
    self.targets = targets
    self.weights = weights
    self.scale = Double(scale)
    self.columns = columns
  }

  /// As `Loss.evaluate`.
  func evaluate(losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?, rows: Int) {
    let signed = isHinge && (0..<rows * columns).allSatisfy { targets[$0] == 0 || targets[$0] == 1 }
    var p = [Double](repeating: 0, count: columns)
    var (t, slopes) = (p, p)
    for row in 0..<rows {
      for i in 0..<columns {
        p[i] = Double(outputs[row * columns + i])
        let target = Double(targets[row * columns + i])
        t[i] = signed ? 2 * target - 1 : target
      }
      losses[row] = Float(evaluate(p, t, &slopes))
      guard let gradient else { continue }
      let factor = scale * Double(weights?[row] ?? 1)
      for i in 0..<columns { gradient[row * columns + i] = Float(factor * slopes[i]) }
    }
  }

  private var isHinge: Bool { loss == .hinge || loss == .squaredHinge }

  /// One row.
  private func evaluate(_ p: [Double], _ t: [Double], _ slopes: inout [Double]) -> Double {
    switch loss {
    case .categoricalHinge: return categoricalHinge(p, t, &slopes)
    case .cosineSimilarity: return cosineSimilarity(p, t, &slopes)
    case .klDivergence: return total(p, t, &slopes, Self.divergence)
    case .categoricalFocalCrossentropy(let focus): return categoricalFocal(focus, p, t, &slopes)
    default:
      let sum = total(p, t, &slopes, element)
      for i in slopes.indices { slopes[i] /= Double(columns) }
      return sum / Double(columns)
    }
  }

  private func total(
    _ p: [Double], _ t: [Double], _ slopes: inout [Double], _ function: (Double, Double) -> Value
  ) -> Double {
    var sum = 0.0
    for i in p.indices {
      let value = function(p[i], t[i])
      sum += value.loss
      slopes[i] = value.slope
    }
    return sum
  }

  /// One output of a loss that is a mean over them.
  private func element(_ p: Double, _ t: Double) -> Value {
    let d = p - t
    let sign: Double = d > 0 ? 1 : d < 0 ? -1 : 0
    switch loss {
    case .meanAbsoluteError: return (abs(d), sign)
    case .meanAbsolutePercentageError:
      let percent = 100 / max(abs(t), Self.epsilon)
      return (abs(d) * percent, sign * percent)
    case .meanSquaredLogarithmicError:
      let difference = PortableMath.log(max(p, Self.epsilon) + 1) - PortableMath.log(max(t, Self.epsilon) + 1)
      return (difference * difference, p < Self.epsilon ? 0 : 2 * difference / (p + 1))
    case .huber(let delta): return abs(d) <= delta ? (d * d / 2, d) : (delta * (abs(d) - delta / 2), delta * sign)
    case .logCosh:
      let decayed = PortableMath.exp(-2 * abs(d))
      return (abs(d) + PortableMath.log(1 + decayed) - PortableMath.log(2), sign * (1 - decayed) / (1 + decayed))
    case .hinge: return t * p < 1 ? (1 - t * p, -t) : (0, 0)
    case .squaredHinge: return t * p < 1 ? ((1 - t * p) * (1 - t * p), -2 * t * (1 - t * p)) : (0, 0)
    case .poisson:
      let shifted = p + Self.epsilon
      return shifted > 0 ? (p - t * PortableMath.log(shifted), 1 - t / shifted) : (.nan, .nan)
    case .binaryFocalCrossentropy(let focus, let balances): return binaryFocal(focus, balances, p, t)
    case .categoricalHinge, .klDivergence, .cosineSimilarity, .categoricalFocalCrossentropy:
      preconditionFailure("this loss looks at whole rows")
    }
  }

  private static func divergence(_ p: Double, _ t: Double) -> Value {
    let (q, target) = (min(max(p, epsilon), 1), min(max(t, epsilon), 1))
    return (target * (PortableMath.log(target) - PortableMath.log(q)), q == p ? -target / q : 0)
  }

  private func categoricalHinge(_ p: [Double], _ t: [Double], _ slopes: inout [Double]) -> Double {
    let right = p.indices.reduce(0) { $0 + t[$1] * p[$1] }
    // Invariant: a row has at least one column.
    let wrong = p.indices.max { (1 - t[$0]) * p[$0] < (1 - t[$1]) * p[$1] }!
    let loss = 1 + (1 - t[wrong]) * p[wrong] - right
    for i in p.indices { slopes[i] = loss > 0 ? -t[i] : 0 }
    if loss > 0 { slopes[wrong] += 1 - t[wrong] }
    return max(loss, 0)
  }

  private func cosineSimilarity(_ p: [Double], _ t: [Double], _ slopes: inout [Double]) -> Double {
    func length(_ x: [Double]) -> Double { max(x.reduce(0) { $0 + $1 * $1 }.squareRoot(), Self.epsilon) }
    let (own, its) = (length(p), length(t))
    let cosine = p.indices.reduce(0) { $0 + p[$1] * t[$1] } / (own * its)
    for i in p.indices { slopes[i] = (cosine * p[i] / own - t[i] / its) / own }
    return -cosine
  }
}

// MARK: - Focal cross-entropies

extension RareLossRows {
  private func binaryFocal(_ focus: RareLoss.FocalSettings, _ balances: Bool, _ x: Double, _ t: Double) -> Value {
    let p = logits ? 1 / (1 + PortableMath.exp(-x)) : x
    let entropy = logits ? entropyOfLogit(x, p, t) : entropyOfProbability(p, t)
    let missing = 1 - (t * p + (1 - t) * (1 - p))
    let factor = PortableMath.pow(missing, focus.gamma)
    let factorSlope = -slopeOfPower(missing, focus.gamma) * (2 * t - 1) * (logits ? p * (1 - p) : 1)
    let weight = balances ? t * focus.alpha + (1 - t) * (1 - focus.alpha) : 1
    return (weight * factor * entropy.loss, weight * (factor * entropy.slope + factorSlope * entropy.loss))
  }

  private func entropyOfProbability(_ p: Double, _ t: Double) -> Value {
    let q = clipped(p)
    let loss = -t * PortableMath.log(q) - (1 - t) * PortableMath.log(1 - q)
    return (loss, q == p ? (q - t) / (q * (1 - q)) : 0)
  }

  /// max(z, 0) - z t + ln(1 + e^-|z|), which never overflows.
  private func entropyOfLogit(_ z: Double, _ p: Double, _ t: Double) -> Value {
    (max(z, 0) - z * t + PortableMath.log(1 + PortableMath.exp(-abs(z))), p - t)
  }

  private func categoricalFocal(
    _ focus: RareLoss.FocalSettings, _ x: [Double], _ t: [Double], _ slopes: inout [Double]
  ) -> Double {
    // Invariant: a row has at least one column.
    let greatest = logits ? x.max()! : 0
    let sizes = logits ? x.map { PortableMath.exp($0 - greatest) } : x
    let sum = sizes.reduce(0, +)
    let shares = sizes.map { $0 / sum }
    var loss = 0.0
    for i in shares.indices {
      let q = clipped(shares[i])
      let (factor, entropy) = (focus.alpha * PortableMath.pow(1 - q, focus.gamma), -t[i] * PortableMath.log(q))
      loss += factor * entropy
      let factorSlope = -focus.alpha * slopeOfPower(1 - q, focus.gamma)
      slopes[i] = q == shares[i] ? factorSlope * entropy - factor * t[i] / q : 0
    }
    // A share is its size over the sum of all, and a size of a logit is its own derivative.
    let common = shares.indices.reduce(0) { $0 + slopes[$1] * shares[$1] }
    for i in shares.indices { slopes[i] = (slopes[i] - common) * (logits ? shares[i] : 1 / sum) }
    return loss
  }

  private func clipped(_ p: Double) -> Double { min(max(p, Self.epsilon), 1 - Self.epsilon) }

  private func slopeOfPower(_ base: Double, _ exponent: Double) -> Double {
    exponent == 0 || base == 0 ? 0 : exponent * PortableMath.pow(base, exponent - 1)
  }
}
