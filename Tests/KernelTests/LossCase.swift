import CKernels

/// A loss kernel whose targets are numbers, one an output (`Float`), or classes, one a row (`Int32`).
struct LossCase<Target> {
  typealias Kernel = (
    UnsafePointer<Float>?, UnsafePointer<Target>?, UnsafePointer<Float>?, Float,
    UnsafeMutablePointer<Float>?,
    UnsafeMutablePointer<Float>?, Int, Int
  ) -> Void

  let kernel: (KernelTable) -> Kernel
  /// Outputs of rows x columns.
  let outputs: (Int, Int) -> [Float]
  /// The loss of one row; its targets as Doubles, or the class.
  let reference: ([Double], [Double]) -> Double
  var aliases: [(read: Int, written: Int)] = []
  var tolerance = Tolerance(relative: 1e-5, absolute: 1e-6)

  /// Every shape with and without weights, and without a gradient.
  func problems(_ targets: (Int, Int) -> (operand: Operand, rows: [[Double]])) -> [Problem] {
    KernelCase.rowSizes.flatMap { rows, columns in
      [(true, true), (false, true), (true, false)].map { hasWeight, hasGradient in
        problem(
          rows, columns, targets(rows, columns), hasWeight: hasWeight, hasGradient: hasGradient)
      }
    }
  }

  private func problem(
    _ rows: Int, _ columns: Int, _ targets: (operand: Operand, rows: [[Double]]), hasWeight: Bool,
    hasGradient: Bool
  ) -> Problem {
    let values = outputs(rows, columns)
    let weight = Numbers.floats(rows, 0.5...2, seed: 7)
    let scale: Float = 0.125
    let pairs = Array(zip(KernelCase.rows(values, columns), targets.rows))
    var expected = [3: pairs.map { reference($0, $1) }]
    if hasGradient {
      expected[4] = pairs.enumerated().flatMap { r, pair in
        let factor = (hasWeight ? Double(weight[r]) : 1) * Double(scale)
        return numericGradient(at: pair.0) { reference($0, pair.1) * factor }
      }
    }
    let kernel = kernel
    return Problem(
      label: "\(rows) x \(columns), weight \(hasWeight), gradient \(hasGradient)",
      operands: [
        .floats(values), targets.operand, .floats(weight), .output(rows), .output(values.count),
      ],
      expected: expected, tolerance: tolerance, aliases: hasGradient ? aliases : []
    ) { table, buffers in
      kernel(table)(
        buffers.floats(0), buffers.addresses[1].assumingMemoryBound(to: Target.self),
        hasWeight ? buffers.floats(2) : nil,
        scale, buffers.floats(3), hasGradient ? buffers.floats(4) : nil, rows, columns)
    }
  }
}
