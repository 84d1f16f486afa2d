import CKernels
import Glibc

extension KernelCase {
  static let logitLosses = [
    KernelCase(name: "sparse_crossentropy_logits") {
      LossCase<Int32>(
        kernel: { $0.sparse_crossentropy_logits }, outputs: logits,
        reference: { z, t in logSumExp(z) - z[Int(t[0])] }, aliases: [(0, 4)]
      ).problems(classes)
    },
    KernelCase(name: "crossentropy_logits") {
      LossCase<Float>(
        kernel: { $0.crossentropy_logits }, outputs: logits,
        reference: { z, t in zip(z, t).reduce(0) { $0 + $1.1 * (logSumExp(z) - $1.0) } }
      ).problems(shares)
    },
    KernelCase(name: "binary_crossentropy_logits") {
      LossCase<Float>(
        kernel: { $0.binary_crossentropy_logits }, outputs: logits,
        reference: { z, t in mean(zip(z, t).map { max($0, 0) - $0 * $1 + log1p(exp(-abs($0))) }) }
      ).problems(shares)
    },
    KernelCase(name: "mean_squared_error") {
      LossCase<Float>(
        kernel: { $0.mean_squared_error }, outputs: logits,
        reference: { p, t in mean(zip(p, t).map { ($0 - $1) * ($0 - $1) }) }
      ).problems(shares)
    },
  ]

  static let probabilityLosses = [
    KernelCase(name: "sparse_crossentropy") {
      LossCase<Int32>(
        kernel: { $0.sparse_crossentropy }, outputs: probabilities,
        reference: { p, t in log(p.map { clipped($0) }.reduce(0, +)) - log(clipped(p[Int(t[0])])) }
      ).problems(classes)
    },
    KernelCase(name: "crossentropy") {
      LossCase<Float>(
        kernel: { $0.crossentropy }, outputs: probabilities,
        reference: { p, t in zip(p, t).reduce(0) { $0 - $1.1 * log(clipped($1.0 / p.reduce(0, +))) }
        }
      ).problems(shares)
    },
    KernelCase(name: "binary_crossentropy") {
      LossCase<Float>(
        kernel: { $0.binary_crossentropy }, outputs: probabilities,
        reference: { p, t in
          mean(zip(p, t).map { -$1 * log(clipped($0)) - (1 - $1) * log(1 - clipped($0)) })
        }
      ).problems(shares)
    },
  ]

  private static func logits(_ rows: Int, _ columns: Int) -> [Float] {
    Numbers.floats(rows * columns, -6...6)
  }

  /// Not summing to 1, and one of them clipped, further from the limit than a step of the numeric gradient.
  private static func probabilities(_ rows: Int, _ columns: Int) -> [Float] {
    var values = Numbers.floats(rows * columns, 0.02...0.98)
    if columns > 1 && rows > 0 { values[1] = -0.01 }
    return values
  }

  private static func classes(_ rows: Int, _ columns: Int) -> (operand: Operand, rows: [[Double]]) {
    let values = Numbers.ints(rows, below: columns, seed: 5)
    return (.ints(values), values.map { [Double($0)] })
  }

  /// Targets between 0 and 1, whose sum is not 1.
  private static func shares(_ rows: Int, _ columns: Int) -> (operand: Operand, rows: [[Double]]) {
    let values = Numbers.floats(rows * columns, 0...1, seed: 6)
    return (.floats(values), Self.rows(values, columns))
  }

  private static func logSumExp(_ z: [Double]) -> Double { log(z.reduce(0) { $0 + exp($1) }) }
  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
  private static func clipped(_ p: Double) -> Double { min(max(p, 1e-7), 1 - 1e-7) }
}
