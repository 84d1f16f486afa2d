import CKernels

extension KernelCase {
  static let sparseContractions = [
    KernelCase(name: "sparse") {
      [1, 2, 3, 5, 6, 7, 11, 12, 13, 25].flatMap { vectors in [1, 4].map { sparse(rows: $0, vectors: vectors) } }
        + [2, 3, 5, 7].map { sparse(rows: $0, vectors: 1) }
        + [1, 4, 13].map { sparse(rows: 2, vectors: $0, accumulates: false) }
    },
    KernelCase(name: "count_nonzeros") { sizes.map(countNonzeros) },
    KernelCase(name: "nonzeros") {
      [(0, 5), (1, 3), (5, 5)].flatMap { range in [0, 1, 2, 9].map { nonzeros(range, items: $0) } }
    },
    KernelCase(name: "argmax_by_channel") { windows.map { $0.byChannel } },
    KernelCase(name: "argmax_by_place") { windows.map { $0.byPlace } },
    KernelCase(name: "argmax_sums") {
      [1, 3, 4].flatMap { rows in [1, 15, 16, 40].map { argmaxSums(kernelRows: rows, channels: $0) } }
    },
  ]

  private static let windows = [1, 5, 16, 21].flatMap { channels in
    [(1, 1, 2, 2), (3, 4, 2, 2), (2, 3, 3, 1), (2, 2, 1, 1), (1, 2, 15, 17)].map { rows, columns, poolH, poolW in
      Windows(rows: rows, columns: columns, channels: channels, poolH: poolH, poolW: poolW)
    }
  }

  /// Lists of 0 to 4 items, with slots between them that are in none.
  private static func sparse(rows: Int, vectors: Int, accumulates: Bool = true) -> Problem {
    let columns = 16 * vectors
    let (bRow, cRow) = (columns + 35, 5 * columns + 3)
    let first: [Int32] = [7, 0, 2, 11, 12]
    let end: [Int32] = [11, 0, 5, 12, 15]
    // Two lists' sums at one place.
    let place: [Int32] = accumulates ? [3, 1, 20, 50, 3] : (0..<5).map { Int32(3 + $0 * columns) }
    let offset = Numbers.ints(16, below: 36)
    let value = Numbers.floats(16)
    let b = Numbers.floats((rows - 1) * bRow + columns + 35, seed: 2)
    let before = Numbers.floats((rows - 1) * cRow + 5 * columns + 50, seed: 3)
    var expected = before.doubles
    for list in first.indices {
      if !accumulates {
        for r in 0..<rows { for v in 0..<columns { expected[Int(place[list]) + r * cRow + v] = 0 } }
      }
      for item in Int(first[list])..<Int(end[list]) {
        for r in 0..<rows {
          for v in 0..<columns {
            expected[Int(place[list]) + r * cRow + v] += Double(value[item]) * Double(b[Int(offset[item]) + r * bRow + v])
          }
        }
      }
    }
    return Problem(
      label: "\(rows) rows of \(vectors) vectors, accumulates: \(accumulates)",
      operands: [.ints(first), .ints(end), .ints(place), .ints(offset), .floats(value), .floats(b), .floats(before)],
      expected: [6: expected], tolerance: Tolerance(relative: 1e-6, absolute: 1e-5)
    ) { table, buffers in
      var lists = KernelLists(buffers)
      withUnsafePointer(to: &lists) {
        var sparse = KernelSparse(
          lists: $0, count: first.count, b: buffers.floats(5), c: buffers.floats(6), rows: rows, columns: columns, b_row: bRow,
          c_row: cRow, accumulate: accumulates ? 1 : 0)
        table.sparse(&sparse)
      }
    }
  }
}

extension KernelCase {
  /// A third zeros, one of them negative, and a value that is not a number.
  private static func scattered(_ count: Int) -> [Float] {
    Numbers.floats(count).enumerated().map { i, value in i % 3 == 1 ? (i == 4 ? -0.0 : 0) : i == 6 ? .nan : value }
  }

  private static func countNonzeros(_ n: Int) -> Problem {
    let x = scattered(n)
    return Problem(
      label: "n \(n)", operands: [.floats(x), .ints([-1])], expected: [1: [Double(x.filter { $0 != 0 }.count)]]
    ) { $1.ints(1).pointee = Int32($0.count_nonzeros($1.floats(0), n)) }
  }

  /// Some of five lists, from the columns of a matrix of `items` rows.
  private static func nonzeros(_ range: (first: Int, end: Int), items: Int) -> Problem {
    let (count, placeStep, offsetStep, itemStep) = (5, 100, 7, 8)
    let x = scattered(max(0, items - 1) * itemStep + count)
    var lists = Lists(lists: count, slots: count * items)
    for list in range.first..<range.end {
      lists.begin(list, at: list * items, place: list * placeStep)
      for item in 0..<items {
        let value = x[list + item * itemStep]
        lists.append(list, item * offsetStep, value, counts: value != 0)
      }
    }
    return Problem(
      label: "lists \(range.first)..<\(range.end) of \(items) items", operands: lists.blank + [.floats(x)],
      expected: Dictionary(uniqueKeysWithValues: lists.expected.enumerated().map { ($0, $1) })
    ) { table, buffers in
      var kernelLists = KernelLists(buffers)
      var matrix = KernelNonzeros(
        x: buffers.floats(5), items: items, list_step: 1, item_step: itemStep, place_step: placeStep, offset_step: offsetStep)
      table.nonzeros(&matrix, range.first, range.end, &kernelLists)
    }
  }

  /// 3 x 4 windows, a third of them dead.
  private static func argmaxSums(kernelRows: Int, channels: Int) -> Problem {
    let (rows, columns, scale) = (3, 4, Float(1.25))
    let xRow = 2 * columns + 5
    let windows = Windows(rows: rows, columns: columns, channels: channels, poolH: 2, poolW: 2)
    let x = Numbers.floats((2 * rows + kernelRows - 2) * xRow + 2 * columns + 2, seed: 2)
    let before = (dw: Numbers.floats(3 * kernelRows * channels, seed: 3), bias: Numbers.floats(channels, seed: 4))
    var (dw, bias) = (before.dw.doubles, before.bias.doubles)
    for (i, code) in windows.codes.enumerated() where code != 255 {
      let (window, channel) = i.quotientAndRemainder(dividingBy: channels)
      let dy = Double(windows.gradient[i]) * Double(scale)
      let row = 2 * (window / columns) + Int(code) / 2
      let column = 2 * (window % columns) + Int(code) % 2
      bias[channel] += dy
      for ky in 0..<kernelRows {
        for kx in 0..<3 { dw[(3 * ky + kx) * channels + channel] += dy * Double(x[(row + ky) * xRow + column + kx]) }
      }
    }
    return Problem(
      label: "\(kernelRows) rows of the kernel, \(channels) channels",
      operands: [.bytes(windows.codes), .floats(windows.gradient), .floats(x), .floats(before.dw), .floats(before.bias)],
      expected: [3: dw, 4: bias], tolerance: Tolerance(relative: 1e-6, absolute: 1e-5)
    ) { table, buffers in
      var argmax = KernelArgmax(
        code: buffers.bytes(0), gradient: buffers.floats(1), rows: rows, columns: columns, channels: channels, pool_h: 2,
        pool_w: 2, window_row: 2 * xRow, window_column: 2, argmax_row: xRow, argmax_column: 1)
      var sums = KernelArgmaxSums(
        x: buffers.floats(2), x_row: xRow, scale: scale, rows: kernelRows, dw: buffers.floats(3), bias: buffers.floats(4))
      table.argmax_sums(&argmax, &sums)
    }
  }
}

extension KernelLists {
  /// From the first five operands.
  fileprivate init(_ buffers: Arguments) {
    self.init(
      first: buffers.ints(0), end: buffers.ints(1), place: buffers.ints(2), offset: buffers.ints(3), value: buffers.floats(4))
  }
}

/// Max-pooling windows, a third of them dead, whose argmax positions are to be listed.
private struct Windows {
  var rows: Int, columns: Int, channels: Int, poolH: Int, poolW: Int

  private var count: Int { rows * columns * channels }
  fileprivate var codes: [UInt8] {
    let places = UInt64(poolH * poolW)
    return Numbers.bytes(count, below: 3 * places > 256 ? 256 : places).enumerated().map { i, code in
      i % 3 == 1 || UInt64(code) >= places ? 255 : code
    }
  }
  fileprivate var gradient: [Float] { Numbers.distinct(count) }
  private var label: String { "\(rows)x\(columns)x\(channels), pool \(poolH)x\(poolW)" }
  private static let step = 48
  private static let (windowRow, windowColumn, argmaxRow, argmaxColumn) = (1000, 70, 100, 9)

  private func place(window: Int, code: Int) -> Int {
    window / columns * Self.windowRow + window % columns * Self.windowColumn + code / poolW * Self.argmaxRow
      + code % poolW * Self.argmaxColumn
  }

  var byChannel: Problem {
    var lists = Lists(lists: channels, slots: count)
    for channel in 0..<channels {
      lists.begin(channel, at: channel * rows * columns, place: channel * Self.step)
      for window in 0..<rows * columns {
        let code = Int(codes[window * channels + channel])
        // What is dead is written all the same, at the window's own place, until the next item takes the slot.
        let offset = place(window: window, code: code == 255 ? 0 : code)
        lists.append(channel, offset, gradient[window * channels + channel], counts: code != 255)
      }
    }
    return problem(lists) { table, argmax, lists in table.argmax_by_channel(argmax, Self.step, lists) }
  }

  var byPlace: Problem {
    let places = poolH * poolW
    let deadLists = Int(KERNEL_DEAD_LISTS)
    let count = rows * columns * places + deadLists
    var lists = Lists(lists: count, slots: count * channels)
    for window in 0..<rows * columns {
      for list in window * places..<(window + 1) * places + deadLists { lists.begin(list, at: list * channels, place: nil) }
      for code in 0..<places { lists.setPlace(window * places + code, place(window: window, code: code)) }
      for channel in 0..<channels {
        let code = Int(codes[window * channels + channel])
        let list = min(code, places + channel % deadLists)
        lists.append(window * places + list, channel * Self.step, gradient[window * channels + channel], counts: true)
      }
    }
    return problem(lists) { table, argmax, lists in table.argmax_by_place(argmax, Self.step, lists) }
  }

  private func problem(
    _ lists: Lists,
    _ call: @escaping (KernelTable, UnsafePointer<KernelArgmax>, UnsafePointer<KernelLists>) -> Void
  ) -> Problem {
    Problem(
      label: label, operands: lists.blank + [.bytes(codes), .floats(gradient)],
      expected: Dictionary(uniqueKeysWithValues: lists.expected.enumerated().map { ($0, $1) })
    ) { [self] table, buffers in
      var kernelLists = KernelLists(buffers)
      var argmax = KernelArgmax(
        code: buffers.bytes(5), gradient: buffers.floats(6), rows: rows, columns: columns, channels: channels, pool_h: poolH,
        pool_w: poolW, window_row: Self.windowRow, window_column: Self.windowColumn, argmax_row: Self.argmaxRow,
        argmax_column: Self.argmaxColumn)
      call(table, &argmax, &kernelLists)
    }
  }
}

/// What the lists hold after the call. Slots that no list counts hold what the kernel left there, which is the same everywhere.
private struct Lists {
  private var first: [Double], end: [Double], place: [Double], offset: [Double], value: [Double]
  private let unwritten = -9.0

  init(lists: Int, slots: Int) {
    (first, end, place) = (Array(repeating: unwritten, count: lists), Array(repeating: unwritten, count: lists), [])
    place = first
    offset = Array(repeating: unwritten, count: slots)
    value = offset
  }

  mutating func begin(_ list: Int, at slot: Int, place: Int?) {
    (first[list], end[list]) = (Double(slot), Double(slot))
    if let place { setPlace(list, place) }
  }

  mutating func setPlace(_ list: Int, _ place: Int) { self.place[list] = Double(place) }

  mutating func append(_ list: Int, _ offset: Int, _ value: Float, counts: Bool) {
    let slot = Int(end[list])
    self.offset[slot] = Double(offset)
    self.value[slot] = Double(value)
    if counts { end[list] += 1 }
  }

  var expected: [[Double]] { [first, end, place, offset, value] }

  /// The memory before the call.
  var blank: [Operand] {
    [first, end, place, offset].map { .ints(Array(repeating: Int32(unwritten), count: $0.count)) }
      + [.floats(Array(repeating: Float(unwritten), count: value.count))]
  }
}
