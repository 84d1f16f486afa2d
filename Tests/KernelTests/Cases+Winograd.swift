import CKernels

extension KernelCase {
  static let winograd = [
    KernelCase(name: "winograd_input") { shapes.map(input) },
    KernelCase(name: "winograd_input_gradient") { shapes.map(inputGradient) },
    KernelCase(name: "winograd_output") {
      shapes.flatMap { shape in
        [(true, false), (false, false), (true, true)].map { output(shape, hasBias: $0, relu: $1) }
      }
    },
    KernelCase(name: "winograd_output_gradient") { shapes.map(outputGradient) },
    KernelCase(name: "winograd_kernel") {
      sizes.dropFirst().flatMap { size in absent.map { kernel(size, without: $0) } }
    },
    KernelCase(name: "winograd_kernel_gradient") {
      sizes.dropFirst().flatMap { size in absent.map { kernelGradient(size, without: $0) } }
    },
  ]

  /// Sums of 36 terms: of size 3, times up to 10 · 10 in the input's transform and its adjoint.
  private static let tolerance = Tolerance(relative: 1e-6, absolute: 2e-4)

  // MARK: - Shapes

  /// Images that the tiles meet in part, whole or not at all, with channels around the vector's lanes.
  private static let shapes =
    [(1, 1), (4, 4), (6, 8), (5, 3), (11, 13)].map { shape($0, $1, channels: 17) }
    + [shape(9, 10, channels: 16, skipped: 2), shape(9, 10, channels: 20, skipped: 4)]
    + [shape(9, 10, channels: 18, between: 7), shape(3, 2, channels: 5, between: 7)]
    + [(true, false), (false, true), (true, true)].flatMap { rows, columns in
      [shape(9, 10, channels: 18, narrow: (rows, columns)), shape(3, 2, channels: 33, narrow: (rows, columns))]
    }
    + sizes.dropFirst().map { shape(7, 5, channels: $0) }

  /// The tiles of an image with a border above and to the left, but the first `skipped` and the last.
  /// - Parameter between: elements from one pixel to the next that belong to neither, and more from one row to the next.
  private static func shape(
    _ height: Int, _ width: Int, channels: Int, skipped: Int = 0, between: Int = 0,
    narrow: (rows: Bool, columns: Bool) = (false, false)
  ) -> KernelWinograd {
    let (rows, columns) = ((height + 4) / 4, (width + 5) / 4)
    let count = max(1, rows * columns - skipped - 1)
    let step = channels + 3
    return KernelWinograd(
      height: height, width: width, channels: channels, row: width * (channels + between) + 2 * between,
      pixel: channels + between, pad_top: 1, pad_left: 2, tiles_x: columns, first: skipped, count: count,
      step: step, plane: count * step + 5, narrow_rows: narrow.rows ? 1 : 0, narrow_columns: narrow.columns ? 1 : 0)
  }

  private static func label(_ w: KernelWinograd) -> String {
    "\(w.height)x\(w.width)x\(w.channels), pixels \(w.pixel) apart, tiles from \(w.first), "
      + "narrow \(w.narrow_rows) \(w.narrow_columns)"
  }

  // MARK: - Places in memory

  private static func imageCount(_ w: KernelWinograd) -> Int { (w.height - 1) * w.row + (w.width - 1) * w.pixel + w.channels }

  /// Up to the last element that belongs to a tile.
  private static func planesCount(_ w: KernelWinograd) -> Int { 35 * w.plane + (w.count - 1) * w.step + w.channels }

  /// Calls `body` for every tile and channel, with the place of its element in plane 0 and of its pixels, nil outside.
  /// - Parameter size: of a patch, unless it is narrow.
  private static func eachTile(
    _ w: KernelWinograd, size: Int, _ body: (_ channel: Int, _ element: Int, _ pixel: (Int, Int) -> Int?) -> Void
  ) {
    for i in 0..<w.count {
      let (tileY, tileX) = (w.first + i).quotientAndRemainder(dividingBy: w.tiles_x)
      for c in 0..<w.channels {
        body(c, i * w.step + c) { row, column in
          let (y, x) = (4 * tileY - w.pad_top + row, 4 * tileX - w.pad_left + column)
          let isInside = y >= 0 && x >= 0 && y < w.height && x < w.width
          let isInPatch = row < size - 2 * Int(w.narrow_rows) && column < size - 2 * Int(w.narrow_columns)
          return isInside && isInPatch ? y * w.row + x * w.pixel + c : nil
        }
      }
    }
  }

  /// The planes in which the tiles have values.
  private static func points(_ w: KernelWinograd) -> [Int] {
    (0..<36).filter { plane in
      (w.narrow_rows == 0 || !(3...4 ~= plane / 6)) && (w.narrow_columns == 0 || !(3...4 ~= plane % 6))
    }
  }

  /// Both axes' matrices.
  private static func inputMatrices(_ w: KernelWinograd) -> (rows: [[Double]], columns: [[Double]]) {
    let (wide, narrow) = (WinogradReference.inputMatrix, WinogradReference.narrowInputMatrix)
    return (w.narrow_rows == 0 ? wide : narrow, w.narrow_columns == 0 ? wide : narrow)
  }

  private static func outputMatrices(_ w: KernelWinograd) -> (rows: [[Double]], columns: [[Double]]) {
    let (wide, narrow) = (WinogradReference.outputMatrix, WinogradReference.narrowOutputMatrix)
    return (w.narrow_rows == 0 ? wide : narrow, w.narrow_columns == 0 ? wide : narrow)
  }

  private static func gather(_ size: Int, _ value: (Int, Int) -> Double) -> [[Double]] {
    (0..<size).map { row in (0..<size).map { value(row, $0) } }
  }

  // MARK: - Problems

  /// From an image to planes: matrix · patch · matrix'.
  private static func toPlanes(
    _ w: KernelWinograd, _ matrices: (rows: [[Double]], columns: [[Double]]), size: Int,
    call: @escaping (KernelTable, KernelWinograd, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> Problem {
    let image = Numbers.floats(imageCount(w))
    let before = Numbers.floats(planesCount(w), seed: 2)
    var expected = before.doubles
    eachTile(w, size: size) { _, element, pixel in
      let patch = gather(size) { pixel($0, $1).map { Double(image[$0]) } ?? 0 }
      let transformed = WinogradReference.sandwich(matrices.rows, patch, matrices.columns)
      for i in points(w) { expected[i * w.plane + element] = transformed[i / 6][i % 6] }
    }
    return Problem(
      label: label(w), operands: [.floats(image), .floats(before)], expected: [1: expected], tolerance: tolerance
    ) { table, buffers in call(table, w, buffers.floats(0), buffers.floats(1)) }
  }

  private static func input(_ w: KernelWinograd) -> Problem {
    toPlanes(w, inputMatrices(w), size: 6) { table, w, x, v in
      withUnsafePointer(to: w) { table.winograd_input($0, x, v) }
    }
  }

  private static func outputGradient(_ w: KernelWinograd) -> Problem {
    let (rows, columns) = outputMatrices(w)
    return toPlanes(w, (WinogradReference.transposed(rows), WinogradReference.transposed(columns)), size: 4) { table, w, dy, dm in
      withUnsafePointer(to: w) { table.winograd_output_gradient($0, dy, dm) }
    }
  }

  private static func inputGradient(_ w: KernelWinograd) -> Problem {
    let dv = Numbers.floats(planesCount(w))
    let before = Numbers.floats(imageCount(w), seed: 2)
    var expected = before.doubles
    let (rows, columns) = inputMatrices(w)
    eachTile(w, size: 6) { _, element, pixel in
      let planes = gather(6) { Double(dv[($0 * 6 + $1) * w.plane + element]) }
      let dx = WinogradReference.sandwich(
        WinogradReference.transposed(rows), planes, WinogradReference.transposed(columns))
      for i in 0..<36 { if let place = pixel(i / 6, i % 6) { expected[place] += dx[i / 6][i % 6] } }
    }
    return Problem(
      label: label(w), operands: [.floats(dv), .floats(before)], expected: [1: expected], tolerance: tolerance
    ) { table, buffers in
      var w = w
      table.winograd_input_gradient(&w, buffers.floats(0), buffers.floats(1))
    }
  }

  private static func output(_ w: KernelWinograd, hasBias: Bool, relu: Bool) -> Problem {
    let m = Numbers.floats(planesCount(w))
    let bias = Numbers.floats(w.channels, seed: 2)
    let before = Numbers.floats(imageCount(w), seed: 3)
    var expected = before.doubles
    let (rows, columns) = outputMatrices(w)
    eachTile(w, size: 4) { channel, element, pixel in
      let planes = gather(6) { Double(m[($0 * 6 + $1) * w.plane + element]) }
      let y = WinogradReference.sandwich(rows, planes, columns)
      for i in 0..<16 {
        guard let place = pixel(i / 4, i % 4) else { continue }
        let value = y[i / 4][i % 4] + (hasBias ? Double(bias[channel]) : 0)
        expected[place] = relu ? max(0, value) : value
      }
    }
    return Problem(
      label: "\(label(w)), bias \(hasBias), relu \(relu)", operands: [.floats(m), .floats(bias), .floats(before)],
      expected: [2: expected], tolerance: tolerance
    ) { table, buffers in
      var w = w
      table.winograd_output(&w, buffers.floats(0), hasBias ? buffers.floats(1) : nil, relu ? 1 : 0, buffers.floats(2))
    }
  }

  /// Taps that a kernel lacks, where its window is smaller.
  private static let absent = [[], [2, 5, 6, 7, 8], Array(0..<9)]

  /// The first `n` of rows that are a little longer.
  private static func kernel(_ n: Int, without absent: [Int]) -> Problem {
    let (kStep, uStep) = (n + 3, n + 5)
    let k = Numbers.floats(8 * kStep + n)
    let before = Numbers.floats(35 * uStep + n, seed: 2)
    var expected = before.doubles
    for e in 0..<n {
      let taps = gather(3) { absent.contains($0 * 3 + $1) ? 0 : Double(k[($0 * 3 + $1) * kStep + e]) }
      let u = WinogradReference.sandwich(WinogradReference.kernelMatrix, taps)
      for i in 0..<36 { expected[i * uStep + e] = u[i / 6][i % 6] }
    }
    return Problem(
      label: "\(n) without \(absent)", operands: [.floats(k), .floats(before)], expected: [1: expected], tolerance: tolerance
    ) { table, buffers in
      let taps = (0..<9).map { absent.contains($0) ? nil : UnsafePointer(buffers.floats(0) + $0 * kStep) }
      table.winograd_kernel(taps, n, buffers.floats(1), uStep)
    }
  }

  private static func kernelGradient(_ n: Int, without absent: [Int]) -> Problem {
    let (uStep, kStep) = (n + 5, n + 3)
    let du = Numbers.floats(35 * uStep + n)
    let before = Numbers.floats(8 * kStep + n, seed: 2)
    var expected = before.doubles
    for e in 0..<n {
      let dk = WinogradReference.sandwich(
        WinogradReference.transposed(WinogradReference.kernelMatrix), gather(6) { Double(du[($0 * 6 + $1) * uStep + e]) })
      for i in 0..<9 where !absent.contains(i) { expected[i * kStep + e] += dk[i / 3][i % 3] }
    }
    return Problem(
      label: "\(n) without \(absent)", operands: [.floats(du), .floats(before)], expected: [1: expected], tolerance: tolerance
    ) { table, buffers in
      let taps = (0..<9).map { absent.contains($0) ? nil : buffers.floats(1) + $0 * kStep }
      table.winograd_kernel_gradient(buffers.floats(0), uStep, n, taps)
    }
  }
}
