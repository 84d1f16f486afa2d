import CKernels

extension KernelCase {
  static let contractions = [
    KernelCase(name: "tile") { tileProblems() },
    KernelCase(name: "pack") { packProblems(transposed: false) },
    KernelCase(name: "pack_transposed") { packProblems(transposed: true) },
  ]

  /// Columns below, at and above half and whole vectors and panels, with outer steps as a convolution has them.
  private static func tileProblems() -> [Problem] {
    var problems: [Problem] = []
    for columns in [1, 7, 15, 16] {
      for rows in [1, 5, 6, 13] { problems.append(tile(rows, columns, outer: 2, depth: 5)) }
    }
    for columns in [8, 9, 24, 25, 32, 33, 40, 41, 50, 57, 64, 66, 72, 75, 80] {
      problems.append(tile(15, columns, outer: 2, depth: 3))
      problems.append(tile(7, columns, outer: 1, depth: 4, accumulate: 1, relu: 1))
    }
    for (accumulate, relu) in [(1, 0), (0, 1), (1, 1)] {
      problems.append(
        tile(9, 16, outer: 1, depth: 7, accumulate: Int32(accumulate), relu: Int32(relu)))
      problems.append(
        tile(3, 10, outer: 3, depth: 1, accumulate: Int32(accumulate), relu: Int32(relu)))
    }
    problems.append(tile(4, 11, outer: 1, depth: 3, hasBias: false))
    // So many sums that the next ones are fetched ahead.
    problems.append(tile(901, 75, outer: 1, depth: 2, accumulate: 1))
    return problems
  }

  private static func tile(
    _ rows: Int, _ columns: Int, outer: Int, depth: Int, accumulate: Int32 = 0, relu: Int32 = 0,
    hasBias: Bool = true
  ) -> Problem {
    let width = (columns + 15) / 16 * 16
    let (row, outerStep) = (depth + 2, (depth + 2) * rows + 3)
    let a = Numbers.floats((outer - 1) * outerStep + (rows - 1) * row + depth, seed: 1)
    let b = Numbers.floats(outer * depth * width, seed: 2)
    let bias = Numbers.floats(columns, seed: 3)
    let start = Numbers.floats(rows * columns, seed: 4)
    var wanted: [Double] = []
    for m in 0..<rows {
      for n in 0..<columns {
        var sum = accumulate == 1 ? Double(start[m * columns + n]) : hasBias ? Double(bias[n]) : 0
        for o in 0..<outer {
          for k in 0..<depth {
            sum += Double(a[m * row + o * outerStep + k]) * Double(b[(o * depth + k) * width + n])
          }
        }
        wanted.append(relu == 1 ? max(0, sum) : sum)
      }
    }
    return Problem(
      label:
        "rows \(rows), columns \(columns), outer \(outer), depth \(depth), accumulate \(accumulate), relu \(relu)",
      operands: [.floats(a), .floats(b), .floats(bias), .floats(start)], expected: [3: wanted],
      tolerance: Tolerance(relative: 1e-6, absolute: 1e-5)
    ) { table, buffers in
      for first in stride(from: 0, to: columns, by: table.widest_panel) {
        var tile = KernelTile(
          a: buffers.floats(0), a_row: row, a_step: 1, a_outer: outerStep, b: buffers.floats(1) + first,
          b_row: width,
          b_outer: depth * width, outer: outer, depth: depth, c: buffers.floats(3) + first, c_row: columns,
          bias: hasBias ? UnsafePointer(buffers.floats(2) + first) : nil, rows: rows,
          columns: min(columns - first, table.widest_panel), accumulate: accumulate, relu: relu,
          // Fetched only: it may lie outside of all memory.
          next: buffers.floats(0), next_elements: a.count + 1 << 14)
        table.tile(&tile)
      }
    }
  }

  private static func packProblems(transposed: Bool) -> [Problem] {
    var problems: [Problem] = []
    for columns in sizes.dropFirst() {
      for depth in [1, 3, 16, 19] { problems.append(pack(depth, columns, transposed)) }
    }
    return problems
  }

  private static func pack(_ depth: Int, _ columns: Int, _ transposed: Bool) -> Problem {
    let width = (columns + 15) / 16 * 16
    let (lines, length) = transposed ? (columns, depth) : (depth, columns)
    let row = length + 3
    let b = Numbers.floats((lines - 1) * row + length)
    var wanted = [Double](repeating: 0, count: depth * width)
    for k in 0..<depth {
      for n in 0..<columns {
        wanted[k * width + n] = Double(transposed ? b[n * row + k] : b[k * row + n])
      }
    }
    return Problem(
      label: "depth \(depth), columns \(columns)", operands: [.floats(b), .output(depth * width)],
      expected: [1: wanted]
    ) { table, buffers in
      (transposed ? table.pack_transposed : table.pack)(
        buffers.floats(0), row, depth, columns, buffers.floats(1))
    }
  }
}
