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
    KernelCase(name: "winograd_kernel") { sizes.dropFirst().map(kernel) },
    KernelCase(name: "winograd_kernel_gradient") { sizes.dropFirst().map(kernelGradient) },
  ]

  /// Sums of up to 16 terms of size 3, rounded to float32.
  private static let tolerance = Tolerance(relative: 1e-6, absolute: 1e-5)

  /// Output images, whose last tiles are whole or cut off, with channels around the vector's lanes.
  private static let shapes =
    [(2, 2), (3, 4), (4, 5), (5, 3)].map { shape($0, $1, channels: 17) }
    + sizes.dropFirst().map { shape(3, 3, channels: $0) }

  private static func shape(_ height: Int, _ width: Int, channels: Int) -> KernelWinograd {
    KernelWinograd(
      tiles_y: (height + 1) / 2, tiles_x: (width + 1) / 2, channels: channels, row: 0,
      height: height, width: width)
  }

  /// The image that the tiles read: rows a little longer than they need to be.
  private static func inputShape(_ shape: KernelWinograd) -> (shape: KernelWinograd, count: Int) {
    var shape = shape
    shape.row = (2 * shape.tiles_x + 3) * shape.channels
    return (shape, (2 * shape.tiles_y + 2) * shape.row)
  }

  private static func outputShape(_ shape: KernelWinograd) -> (shape: KernelWinograd, count: Int) {
    var shape = shape
    shape.row = shape.width * shape.channels
    return (shape, shape.height * shape.row)
  }

  private static func label(_ w: KernelWinograd) -> String {
    "\(w.height)x\(w.width)x\(w.channels)"
  }

  // MARK: - Places in memory

  private static func tiles(_ w: KernelWinograd) -> Int { w.tiles_y * w.tiles_x }

  /// Calls `body` for every tile and channel with the place of the tile's first pixel, and of its element in plane 0.
  private static func eachTile(
    _ w: KernelWinograd, _ body: (_ ty: Int, _ tx: Int, _ pixel: Int, _ element: Int) -> Void
  ) {
    for ty in 0..<w.tiles_y {
      for tx in 0..<w.tiles_x {
        for c in 0..<w.channels {
          body(
            ty, tx, 2 * ty * w.row + 2 * tx * w.channels + c, (ty * w.tiles_x + tx) * w.channels + c
          )
        }
      }
    }
  }

  private static func plane(_ w: KernelWinograd) -> Int { tiles(w) * w.channels }

  private static func gather(_ size: Int, _ value: (Int, Int) -> Double) -> [[Double]] {
    (0..<size).map { row in (0..<size).map { value(row, $0) } }
  }

  // MARK: - Problems

  private static func input(_ shape: KernelWinograd) -> Problem {
    let (w, count) = inputShape(shape)
    let x = Numbers.floats(count)
    var expected = [Double](repeating: 0, count: 16 * plane(w))
    eachTile(w) { _, _, pixel, element in
      let patch = gather(4) { Double(x[pixel + $0 * w.row + $1 * w.channels]) }
      let v = WinogradReference.sandwich(WinogradReference.inputMatrix, patch)
      for i in 0..<16 { expected[i * plane(w) + element] = v[i / 4][i % 4] }
    }
    return Problem(
      label: label(w), operands: [.floats(x), .output(expected.count)], expected: [1: expected],
      tolerance: tolerance
    ) { table, buffers in
      var w = w
      table.winograd_input(&w, buffers.floats(0), buffers.floats(1))
    }
  }

  private static func inputGradient(_ shape: KernelWinograd) -> Problem {
    let (w, count) = inputShape(shape)
    let dv = Numbers.floats(16 * plane(w))
    let before = Numbers.floats(count, seed: 2)
    var expected = before.doubles
    eachTile(w) { _, _, pixel, element in
      let patch = gather(4) { Double(dv[($0 * 4 + $1) * plane(w) + element]) }
      let dx = WinogradReference.sandwich(
        WinogradReference.transposed(WinogradReference.inputMatrix), patch)
      for i in 0..<16 { expected[pixel + i / 4 * w.row + i % 4 * w.channels] += dx[i / 4][i % 4] }
    }
    return Problem(
      label: label(w), operands: [.floats(dv), .floats(before)], expected: [1: expected],
      tolerance: tolerance
    ) { table, buffers in
      var w = w
      table.winograd_input_gradient(&w, buffers.floats(0), buffers.floats(1))
    }
  }

  private static func output(_ shape: KernelWinograd, hasBias: Bool, relu: Bool) -> Problem {
    let (w, count) = outputShape(shape)
    let m = Numbers.floats(16 * plane(w))
    let bias = Numbers.floats(w.channels, seed: 2)
    var expected = [Double](repeating: 0, count: count)
    eachTile(w) { ty, tx, pixel, element in
      let patch = gather(4) { Double(m[($0 * 4 + $1) * plane(w) + element]) }
      let y = WinogradReference.sandwich(WinogradReference.outputMatrix, patch)
      for i in 0..<4 where 2 * ty + i / 2 < w.height && 2 * tx + i % 2 < w.width {
        let value = y[i / 2][i % 2] + (hasBias ? Double(bias[element % w.channels]) : 0)
        expected[pixel + i / 2 * w.row + i % 2 * w.channels] = relu ? max(0, value) : value
      }
    }
    return Problem(
      label: "\(label(w)), bias \(hasBias), relu \(relu)",
      operands: [.floats(m), .floats(bias), .output(count)], expected: [2: expected],
      tolerance: tolerance
    ) { table, buffers in
      var w = w
      table.winograd_output(
        &w, buffers.floats(0), hasBias ? buffers.floats(1) : nil, relu ? 1 : 0, buffers.floats(2))
    }
  }

  private static func outputGradient(_ shape: KernelWinograd) -> Problem {
    let (w, count) = outputShape(shape)
    let dy = Numbers.floats(count)
    var expected = [Double](repeating: 0, count: 16 * plane(w))
    eachTile(w) { ty, tx, pixel, element in
      let patch = gather(2) { row, column in
        let isInside = 2 * ty + row < w.height && 2 * tx + column < w.width
        return isInside ? Double(dy[pixel + row * w.row + column * w.channels]) : 0
      }
      let dm = WinogradReference.sandwich(
        WinogradReference.transposed(WinogradReference.outputMatrix), patch)
      for i in 0..<16 { expected[i * plane(w) + element] = dm[i / 4][i % 4] }
    }
    return Problem(
      label: label(w), operands: [.floats(dy), .output(expected.count)], expected: [1: expected],
      tolerance: tolerance
    ) { table, buffers in
      var w = w
      table.winograd_output_gradient(&w, buffers.floats(0), buffers.floats(1))
    }
  }

  /// The first `n` of rows that are a little longer.
  private static func kernel(_ n: Int) -> Problem {
    let step = n + 3
    let k = Numbers.floats(9 * step)
    let before = Numbers.floats(16 * step, seed: 2)
    var expected = before.doubles
    for e in 0..<n {
      let u = WinogradReference.sandwich(
        WinogradReference.kernelMatrix, gather(3) { Double(k[($0 * 3 + $1) * step + e]) })
      for i in 0..<16 { expected[i * step + e] = u[i / 4][i % 4] }
    }
    return Problem(
      label: "\(n)", operands: [.floats(k), .floats(before)], expected: [1: expected],
      tolerance: tolerance
    ) { table, buffers in table.winograd_kernel(buffers.floats(0), n, step, buffers.floats(1)) }
  }

  private static func kernelGradient(_ n: Int) -> Problem {
    let step = n + 3
    let du = Numbers.floats(16 * step)
    let before = Numbers.floats(9 * step, seed: 2)
    var expected = before.doubles
    for e in 0..<n {
      let dk = WinogradReference.sandwich(
        WinogradReference.transposed(WinogradReference.kernelMatrix),
        gather(4) { Double(du[($0 * 4 + $1) * step + e]) })
      for i in 0..<9 { expected[i * step + e] += dk[i / 3][i % 3] }
    }
    return Problem(
      label: "\(n)", operands: [.floats(du), .floats(before)], expected: [1: expected],
      tolerance: tolerance
    ) { table, buffers in
      table.winograd_kernel_gradient(buffers.floats(0), n, step, buffers.floats(1))
    }
  }
}
