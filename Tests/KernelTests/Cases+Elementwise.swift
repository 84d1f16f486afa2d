import CKernels
import Glibc

extension KernelCase {
  static let sums = [
    KernelCase(name: "column_sums") {
      sizes.flatMap { columns in
        [(0, 0), (1, 0), (5, 0), (5, 1)].map { rows, accumulate in
          columnSums(rows, columns, accumulate)
        }
      }
    },
    KernelCase(name: "sum_of_squares") { (sizes + [5000]).map(sumOfSquares) },
    KernelCase(name: "add_scaled") { sizes.map(addScaled) },
  ]

  static let elementwise = [
    KernelCase(name: "scale_offset") {
      sizes.map { n in
        map(n, Numbers.floats(n), { $0 * 0.75 - 1.5 }) { $0.scale_offset($1, 0.75, -1.5, $2, n) }
      }
    },
    KernelCase(name: "clip") {
      sizes.map { n in
        map(n, Numbers.floats(n), { min(max($0, -0.25), 0.25) }) { $0.clip($1, 0.25, $2, n) }
      }
    },
    KernelCase(name: "exp") {
      sizes.map { n in map(n, Numbers.floats(n, -80...80), Glibc.exp) { $0.exp($1, $2, n) } }
    },
    KernelCase(name: "log") {
      sizes.map { n in map(n, Numbers.floats(n, 0.001...50), Glibc.log) { $0.log($1, $2, n) } }
    },
    KernelCase(name: "convert_u8") { sizes.map(convert) },
    KernelCase(name: "all_finite") {
      sizes.flatMap { n in [nil, 0, n / 2, n - 1].map { finite(n, broken: $0) } }
    },
  ]

  private static func map(
    _ n: Int, _ x: [Float], _ reference: (Double) -> Double,
    _ kernel: @escaping (KernelTable, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> Problem {
    Problem(
      label: "n \(n)", operands: [.floats(x), .output(n)], expected: [1: x.doubles.map(reference)],
      tolerance: Tolerance(relative: 3e-7, absolute: 1e-7), aliases: [(0, 1)]
    ) { table, buffers in kernel(table, buffers.floats(0), buffers.floats(1)) }
  }

  private static func columnSums(_ rows: Int, _ columns: Int, _ accumulate: Int) -> Problem {
    let row = columns + 3
    let x = Numbers.floats(max(0, (rows - 1) * row + columns))
    let start = Numbers.floats(columns, seed: 2)
    let wanted = (0..<columns).map { j in
      (0..<rows).reduce(accumulate == 1 ? Double(start[j]) : 0) { $0 + Double(x[$1 * row + j]) }
    }
    return Problem(
      label: "rows \(rows), columns \(columns), accumulate \(accumulate)",
      operands: [.floats(x), .floats(start)],
      expected: [1: wanted], tolerance: Tolerance(relative: 3e-7, absolute: 1e-6)
    ) { $0.column_sums($1.floats(0), rows, columns, row, $1.floats(1), Int32(accumulate)) }
  }

  private static func sumOfSquares(_ n: Int) -> Problem {
    let x = Numbers.floats(n)
    return Problem(
      label: "n \(n)", operands: [.floats(x), .output(1)], expected: [1: [x.doubles.reduce(0) { $0 + $1 * $1 }]],
      tolerance: Tolerance(relative: 1e-6)
    ) { $1.floats(1).pointee = $0.sum_of_squares($1.floats(0), n) }
  }

  private static func addScaled(_ n: Int) -> Problem {
    let x = Numbers.floats(n)
    let y = Numbers.floats(n, seed: 2)
    return Problem(
      label: "n \(n)", operands: [.floats(x), .floats(y)],
      expected: [1: zip(x, y).map { Double($1) + 0.3 * Double($0) }],
      tolerance: Tolerance(relative: 1e-6, absolute: 1e-6)
    ) { $0.add_scaled($1.floats(0), 0.3, $1.floats(1), n) }
  }

  private static func convert(_ n: Int) -> Problem {
    let x = Numbers.bytes(n)
    return Problem(
      label: "n \(n)", operands: [.bytes(x), .output(n)], expected: [1: x.map(Double.init)]
    ) {
      $0.convert_u8($1.bytes(0), $1.floats(1), n)
    }
  }

  private static func finite(_ n: Int, broken: Int?) -> Problem {
    var x = Numbers.floats(n, -1e38...1e38)
    var isFinite = 1.0
    if let broken, x.indices.contains(broken) {
      x[broken] = broken % 2 == 0 ? .nan : -.infinity
      isFinite = 0
    }
    return Problem(
      label: "n \(n), broken at \(broken ?? -1)", operands: [.floats(x), .ints([7])],
      expected: [1: [isFinite]]
    ) {
      $1.ints(1).pointee = $0.all_finite($1.floats(0), n)
    }
  }
}
