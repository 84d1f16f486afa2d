/// A loss without a kernel: a loop in the engine, in double precision.
///
/// It is compiled once for every processor, so its bits are the same on each.
protocol RowLossFunction: LossFunction {
  /// Whether targets of 0 mean -1 if all targets of a batch are 0 or 1.
  static var readsZeroAsMinusOne: Bool { get }
  /// The loss of one row of outputs `p` and targets `t`. Writes its derivatives by `p` into `slopes`.
  func loss(_ p: [Double], _ t: [Double], areLogits: Bool, _ slopes: inout [Double]) -> Double
}

/// A loss of a single output, and its derivative by the output.
typealias LossAndSlope = (loss: Double, slope: Double)

extension RowLossFunction {
  static var readsZeroAsMinusOne: Bool { false }
  /// The minimum of divisors, and the minimum distance of probabilities from 0, as in Keras.
  static var epsilon: Double { 1e-7 }

  func evaluate(_ batch: LossBatch) {
    // Invariant: only sparse losses have labels instead of values, and they have kernels.
    let (outputs, targets, columns) = (batch.outputs, batch.targets.values!, batch.columns)
    let signed = Self.readsZeroAsMinusOne && (0..<batch.rows * columns).allSatisfy { targets[$0] == 0 || targets[$0] == 1 }
    var p = [Double](repeating: 0, count: columns)
    var (t, slopes) = (p, p)
    for row in 0..<batch.rows {
      for i in 0..<columns {
        p[i] = Double(outputs[row * columns + i])
        let target = Double(targets[row * columns + i])
        t[i] = signed ? 2 * target - 1 : target
      }
      batch.losses[row] = Float(loss(p, t, areLogits: batch.areLogits, &slopes))
      guard let gradient = batch.gradient else { continue }
      let factor = Double(batch.scale) * Double(batch.weights?[row] ?? 1)
      for i in 0..<columns { gradient[row * columns + i] = Float(factor * slopes[i]) }
    }
  }

  /// The sum over a row of a function of output and target.
  func total(
    _ p: [Double], _ t: [Double], _ slopes: inout [Double], _ function: (Double, Double) -> LossAndSlope
  ) -> Double {
    var sum = 0.0
    for i in p.indices {
      let value = function(p[i], t[i])
      sum += value.loss
      slopes[i] = value.slope
    }
    return sum
  }
}

/// A loss that is the mean over a row of a function of output and target.
protocol ElementLossFunction: RowLossFunction {
  func element(_ p: Double, _ t: Double, areLogits: Bool) -> LossAndSlope
}

extension ElementLossFunction {
  func loss(_ p: [Double], _ t: [Double], areLogits: Bool, _ slopes: inout [Double]) -> Double {
    let sum = total(p, t, &slopes) { element($0, $1, areLogits: areLogits) }
    for i in slopes.indices { slopes[i] /= Double(p.count) }
    return sum / Double(p.count)
  }
}

extension Double {
  /// -1, 0 or 1; 0 of NaN.
  var signOrZero: Double { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
