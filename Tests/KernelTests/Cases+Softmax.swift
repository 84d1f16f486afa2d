import CKernels
import Glibc

func softmaxReference(_ x: [Double]) -> [Double] {
  let largest = x.max() ?? 0
  let powers = x.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}

extension KernelCase {
  static let softmaxes = [
    KernelCase(name: "softmax") { rowSizes.map(softmax) },
    KernelCase(name: "softmax_gradient") { rowSizes.map(softmaxGradient) },
  ]

  /// Rows and columns.
  static let rowSizes = [
    (0, 10), (1, 1), (3, 10), (2, 7), (2, 15), (3, 16), (2, 17), (2, 31), (2, 33), (3, 100),
  ]

  static func rows(_ values: [Float], _ columns: Int) -> [[Double]] {
    stride(from: 0, to: values.count, by: columns).map {
      values[$0..<$0 + columns].map(Double.init)
    }
  }

  private static func softmax(_ rows: Int, _ columns: Int) -> Problem {
    let x = Numbers.floats(rows * columns, -9...9)
    return Problem(
      label: "\(rows) x \(columns)", operands: [.floats(x), .output(x.count)],
      expected: [1: Self.rows(x, columns).flatMap(softmaxReference)],
      tolerance: Tolerance(relative: 2e-6), aliases: [(0, 1)]
    ) { $0.softmax($1.floats(0), $1.floats(1), rows, columns) }
  }

  private static func softmaxGradient(_ rows: Int, _ columns: Int) -> Problem {
    let x = Self.rows(Numbers.floats(rows * columns), columns)
    let dy = Numbers.floats(rows * columns, seed: 2)
    let wanted = zip(x, Self.rows(dy, columns)).flatMap { x, dy in
      numericGradient(at: x) { zip(softmaxReference($0), dy).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    return Problem(
      label: "\(rows) x \(columns)",
      operands: [
        .floats(x.flatMap(softmaxReference).map(Float.init)), .floats(dy), .output(dy.count),
      ], expected: [2: wanted],
      tolerance: Tolerance(relative: 1e-5, absolute: 1e-6), aliases: [(1, 2)]
    ) { $0.softmax_gradient($1.floats(0), $1.floats(1), $1.floats(2), rows, columns) }
  }
}
