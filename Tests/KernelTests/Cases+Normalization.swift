import CKernels

extension KernelCase {
  static let normalizations = [
    KernelCase(name: "moments") { sizes.dropFirst().map { moments(5, $0) } + [moments(1, 3), moments(130, 17), farFromZero] },
    KernelCase(name: "normalize") { eachShape(normalize) },
    KernelCase(name: "normalize_sums") { eachShape(normalizeSums) },
    KernelCase(name: "normalize_gradient") { sizes.map { normalizeGradient(5, $0) } },
  ]

  private static func eachShape(_ make: (_ rows: Int, _ columns: Int, _ relu: Bool) -> Problem) -> [Problem] {
    [false, true].flatMap { relu in sizes.map { make(5, $0, relu) } + [make(0, 17, relu), make(1, 17, relu)] }
  }

  /// Elements between the rows of an x whose rows are parts of others: NaN, as they are none of the kernel's business.
  private static let gap = 3

  private static func spread(_ x: [Float], _ columns: Int) -> [Float] {
    stride(from: 0, to: x.count, by: max(1, columns)).flatMap { x[$0..<$0 + columns] + Array(repeating: .nan, count: gap) }
  }

  // MARK: - Moments

  private static func moments(_ rows: Int, _ columns: Int) -> Problem {
    moments(rows, columns, Numbers.floats(rows * columns), tolerance: Tolerance(relative: 1e-5, absolute: 1e-5))
  }

  /// A mean a thousand times the deviation: squares around 0 would be off by several units. The mean's own rounding, a
  /// hundred times over, shows in `rest`.
  private static let farFromZero = moments(
    100, 20, Numbers.floats(2000, 999...1001), tolerance: Tolerance(relative: 1e-5, absolute: 5e-3))

  /// The mean is off by its rounding; then `rest` holds what it lost, and `square` is taken around the rounded one.
  private static func moments(_ rows: Int, _ columns: Int, _ x: [Float], tolerance: Tolerance) -> Problem {
    let columnValues = (0..<columns).map { j in (0..<rows).map { Double(x[$0 * columns + j]) } }
    let means = columnValues.map { $0.reduce(0, +) / Double(rows) }
    let squares = zip(columnValues, means).map { values, mean in values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } }
    return Problem(
      label: "rows \(rows), columns \(columns)",
      operands: [.floats(spread(x, columns)), .output(columns), .output(columns), .output(columns)],
      expected: [1: means, 2: [Double](repeating: 0, count: columns), 3: squares],
      tolerance: Tolerance(relative: tolerance.relative, absolute: tolerance.absolute * Double(rows).squareRoot())
    ) { $0.moments($1.floats(0), columns + gap, rows, columns, $1.floats(1), $1.floats(2), $1.floats(3)) }
  }

  // MARK: - Normalization

  /// Operands 0, 1 and 2 are center, scale and offset.
  private static func tables(_ columns: Int) -> [[Float]] { (0..<3).map { Numbers.floats(columns, seed: 10 + $0) } }

  private static func kernel(
    _ rows: Int, _ columns: Int, _ relu: Bool, _ buffers: Arguments, gap: Int = gap
  ) -> KernelNormalization {
    KernelNormalization(
      rows: rows, columns: columns, x_row: columns + gap, y_row: columns, center: buffers.floats(0), scale: buffers.floats(1),
      offset: buffers.floats(2), relu: relu ? 1 : 0)
  }

  private static func value(_ x: Float, _ tables: [[Float]], _ j: Int) -> Double {
    (Double(x) - Double(tables[0][j])) * Double(tables[1][j]) + Double(tables[2][j])
  }

  private static let rounding = Tolerance(relative: 1e-6, absolute: 5e-6)

  private static func normalize(_ rows: Int, _ columns: Int, _ relu: Bool) -> Problem {
    let tables = tables(columns)
    let x = Numbers.floats(rows * columns)
    let expected = x.indices.map { i in
      let y = value(x[i], tables, i % columns)
      return relu ? max(0, y) : y
    }
    return Problem(
      label: "rows \(rows), columns \(columns), relu \(relu)",
      operands: tables.map { .floats($0) } + [.floats(x), .output(x.count)], expected: [4: expected], tolerance: rounding,
      aliases: [(3, 4)]
    ) { table, buffers in
      var n = kernel(rows, columns, relu, buffers, gap: 0)
      table.normalize(&n, buffers.floats(3), buffers.floats(4))
    }
  }

  private static func normalizeSums(_ rows: Int, _ columns: Int, _ relu: Bool) -> Problem {
    let tables = tables(columns)
    let x = Numbers.floats(rows * columns)
    let dy = Numbers.floats(x.count, seed: 2)
    let (sum, product) = (Numbers.floats(columns, seed: 3), Numbers.floats(columns, seed: 4))
    let dx = x.indices.map { i in relu && value(x[i], tables, i % columns) <= 0 ? 0 : Double(dy[i]) }
    var (sums, products) = (sum.doubles, product.doubles)
    for i in x.indices {
      sums[i % columns] += dx[i]
      products[i % columns] += dx[i] * (Double(x[i]) - Double(tables[0][i % columns]))
    }
    return Problem(
      label: "rows \(rows), columns \(columns), relu \(relu)",
      operands: tables.map { .floats($0) } + [
        .floats(spread(x, columns)), .floats(dy), .output(x.count), .floats(sum), .floats(product),
      ],
      expected: [5: dx, 6: sums, 7: products], tolerance: rounding, aliases: [(4, 5)]
    ) { table, buffers in
      var n = kernel(rows, columns, relu, buffers)
      table.normalize_sums(
        &n, buffers.floats(3), buffers.floats(4), buffers.floats(5), buffers.floats(6), buffers.floats(7))
    }
  }

  private static func normalizeGradient(_ rows: Int, _ columns: Int) -> Problem {
    let tables = tables(columns)
    let slope = Numbers.floats(columns, seed: 13)
    let x = Numbers.floats(rows * columns)
    let dy = Numbers.floats(x.count, seed: 2)
    let expected = x.indices.map { i in
      let j = i % columns
      let line = (Double(x[i]) - Double(tables[0][j])) * Double(slope[j]) + Double(tables[2][j])
      return Double(dy[i]) * Double(tables[1][j]) + line
    }
    return Problem(
      label: "rows \(rows), columns \(columns)",
      operands: tables.map { .floats($0) } + [.floats(slope), .floats(spread(x, columns)), .floats(dy), .output(x.count)],
      expected: [6: expected], tolerance: rounding, aliases: [(5, 6)]
    ) { table, buffers in
      var n = kernel(rows, columns, true, buffers)
      table.normalize_gradient(&n, buffers.floats(3), buffers.floats(4), buffers.floats(5), buffers.floats(6))
    }
  }
}
