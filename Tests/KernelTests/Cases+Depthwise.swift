import CKernels

extension KernelCase {
  static let depthwises = [
    KernelCase(name: "depthwise") { depthwiseShapes.map { $0.forward } },
    KernelCase(name: "depthwise_kernel_gradient") { depthwiseShapes.map { $0.kernelGradient } },
    KernelCase(name: "replicate_channels") {
      [(4, 4), (1, 3), (2, 1), (3, 8), (5, 15), (7, 17)].map { replication(values: $0.0, copies: $0.1) }
    },
  ]

  private static let depthwiseShapes: [DepthwiseShape] = {
    var shapes: [DepthwiseShape] = []
    for channels in [1, 7, 15, 16, 17, 35] {
      for count in [1, 3, 4, 9] { shapes.append(DepthwiseShape(channels: channels, count: count)) }
    }
    shapes.append(DepthwiseShape(channels: 18, count: 5, rows: 1, columns: 1, hasBias: false))
    shapes.append(DepthwiseShape(channels: 18, count: 5, stride: 2, dilation: 3, relu: 1))
    shapes.append(DepthwiseShape(channels: 5, count: 6, rows: 2, columns: 5, turned: true))
    shapes.append(DepthwiseShape(channels: 16, count: 5, columns: 6, gap: 8))
    return shapes
  }()

  private static func replication(values: Int, copies: Int) -> Problem {
    let (pixels, groups) = (3, 5)
    let step = values * groups + 2
    let x = Numbers.floats((pixels - 1) * step + values * groups)
    var wanted: [Double] = []
    for p in 0..<pixels {
      for i in 0..<values {
        for g in 0..<groups { wanted += Array(repeating: Double(x[p * step + g * values + i]), count: copies) }
      }
    }
    return Problem(
      label: "values \(values), copies \(copies)", operands: [.floats(x), .output(wanted.count)], expected: [1: wanted]
    ) { table, buffers in
      table.replicate_channels(buffers.floats(0), step, pixels, values, groups, copies, buffers.floats(1))
    }
  }
}

/// One row of windows over as many rows of an image as the kernel has.
private struct DepthwiseShape {
  var channels: Int
  var count: Int
  var rows = 3
  var columns = 3
  var stride = 1
  var dilation = 1
  var hasBias = true
  var relu: Int32 = 0
  /// Elements between the taps of the kernel's gradient.
  var gap = 0
  /// The kernel is read from its last tap to its first, as for an input's gradient.
  var turned = false

  private var width: Int { (count - 1) * stride + (columns - 1) * dilation + 1 }
  private var x: [Float] { Numbers.floats(rows * width * channels, seed: 1) }
  private var w: [Float] { Numbers.floats(rows * columns * channels, seed: 2) }
  private var bias: [Float] { Numbers.floats(channels, seed: 3) }
  private var dy: [Float] { Numbers.floats(count * channels, seed: 4) }
  private var label: String {
    "channels \(channels), count \(count), \(rows) x \(columns), stride \(stride), dilation \(dilation), turned \(turned), gap \(gap)"
  }

  /// Visits every term: output, channel, element of x, element of w.
  private func eachTerm(_ body: (_ o: Int, _ c: Int, _ x: Int, _ w: Int) -> Void) {
    for o in 0..<count {
      for ky in 0..<rows {
        for kx in 0..<columns {
          let tap = turned ? rows * columns - 1 - ky * columns - kx : ky * columns + kx
          for c in 0..<channels {
            body(o, c, (ky * width + o * stride + kx * dilation) * channels + c, tap * channels + c)
          }
        }
      }
    }
  }

  private func arguments(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) -> KernelDepthwise {
    var d = KernelDepthwise()
    d.x = x
    d.x_step = stride * channels
    d.x_row = width * channels
    d.x_column = dilation * channels
    d.rows = rows
    d.columns = columns
    d.y = y
    d.y_step = channels
    d.count = count
    d.channels = channels
    d.relu = relu
    return d
  }

  var forward: Problem {
    let (x, w, bias) = (x, w, bias)
    var wanted = [Double](repeating: 0, count: count * channels)
    if hasBias { for i in wanted.indices { wanted[i] = Double(bias[i % channels]) } }
    eachTerm { o, c, xAt, wAt in wanted[o * channels + c] += Double(x[xAt]) * Double(w[wAt]) }
    if relu == 1 { wanted = wanted.map { max(0, $0) } }
    return Problem(
      label: label, operands: [.floats(x), .floats(w), .floats(bias), .output(count * channels)], expected: [3: wanted],
      tolerance: Tolerance(relative: 1e-6, absolute: 1e-5)
    ) { table, buffers in
      var d = arguments(buffers.floats(0), buffers.floats(3))
      let sign = turned ? -1 : 1
      d.w = UnsafePointer(buffers.floats(1) + (turned ? (rows * columns - 1) * channels : 0))
      d.w_row = sign * columns * channels
      d.w_column = sign * channels
      d.bias = hasBias ? UnsafePointer(buffers.floats(2)) : nil
      table.depthwise(&d)
    }
  }

  var kernelGradient: Problem {
    let (x, dy) = (x, dy)
    let tap = channels + gap
    let start = Numbers.floats(rows * columns * tap - gap, seed: 2)
    var wanted = start.doubles
    var upright = self
    upright.turned = false
    upright.eachTerm { o, c, xAt, wAt in wanted[wAt / channels * tap + c] += Double(x[xAt]) * Double(dy[o * channels + c]) }
    return Problem(
      label: label, operands: [.floats(x), .floats(dy), .floats(start)], expected: [2: wanted],
      tolerance: Tolerance(relative: 1e-6, absolute: 1e-5)
    ) { table, buffers in
      var d = arguments(buffers.floats(0), buffers.floats(1))
      d.w_row = columns * tap
      d.w_column = tap
      table.depthwise_kernel_gradient(&d, buffers.floats(2))
    }
  }
}
