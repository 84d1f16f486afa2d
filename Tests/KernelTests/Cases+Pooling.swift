import CKernels

extension KernelCase {
  static let pooling = [
    KernelCase(name: "max_pool") {
      pools.flatMap { pool in
        [(true, false), (true, true), (false, true)].map { maxPool(pool, hasCode: $0, relu: $1) }
      }
    },
    KernelCase(name: "max_pool_gradient") {
      pools.flatMap { pool in
        [(false, false), (true, false), (true, true)].map { maxPoolGradient(pool, relu: $0, hasSums: $1) }
      }
    },
    KernelCase(name: "average_pool") { pools.map(averagePool) },
    KernelCase(name: "average_pool_gradient") { pools.map(averagePoolGradient) },
  ]

  /// Every shape with a few channels, and the usual one with all sizes of channels.
  private static var pools: [KernelPool] {
    shapes.flatMap { shape in [3, 16, 21].map { with(shape, channels: $0) } }
      + sizes.dropFirst().map { with(shapes[0], channels: $0) }
  }

  private static func with(_ shape: KernelPool, channels: Int) -> KernelPool {
    var pool = shape
    pool.channels = channels
    return pool
  }

  private static let shapes = [
    shape(4, 6, pool: (2, 2), stride: (2, 2)),
    shape(5, 7, pool: (2, 2), stride: (2, 2)),  // a row and a column in no window
    shape(5, 7, pool: (2, 2), stride: (2, 2), same: true),  // windows cut off at the end
    shape(6, 5, pool: (3, 2), stride: (1, 1)),  // windows overlap
    shape(5, 6, pool: (3, 3), stride: (2, 2), same: true),  // overlap and padding on both sides
    shape(7, 7, pool: (3, 3), stride: (3, 3)),
    shape(7, 8, pool: (3, 3), stride: (3, 3), same: true),  // padding before the first window
    shape(7, 5, pool: (1, 2), stride: (3, 2)),  // gaps between windows
    shape(4, 4, pool: (4, 4), stride: (4, 4)),
    shape(2, 3, pool: (5, 5), stride: (1, 1), same: true),  // windows larger than the image
    shape(5, 5, pool: (2, 3), stride: (2, 1)),
    shape(16, 18, pool: (16, 16), stride: (1, 2)),  // more places than a byte can tell
  ]

  /// Keras's shape and padding rules.
  private static func shape(
    _ height: Int, _ width: Int, pool: (Int, Int), stride: (Int, Int), same: Bool = false
  ) -> KernelPool {
    func out(_ size: Int, _ pool: Int, _ stride: Int) -> Int {
      same ? (size + stride - 1) / stride : (size - pool) / stride + 1
    }
    func before(_ size: Int, _ pool: Int, _ stride: Int) -> Int {
      same ? max(0, (out(size, pool, stride) - 1) * stride + pool - size) / 2 : 0
    }
    return KernelPool(
      height: height, width: width, channels: 0, out_height: out(height, pool.0, stride.0),
      out_width: out(width, pool.1, stride.1), pool_h: pool.0, pool_w: pool.1, stride_h: stride.0,
      stride_w: stride.1,
      pad_top: before(height, pool.0, stride.0), pad_left: before(width, pool.1, stride.1))
  }

  private static func label(_ p: KernelPool) -> String {
    "\(p.height)x\(p.width)x\(p.channels), pool \(p.pool_h)x\(p.pool_w), stride \(p.stride_h)x\(p.stride_w), "
      + "padding \(p.pad_top),\(p.pad_left)"
  }

  private static func image(_ p: KernelPool) -> [Float] {
    Numbers.distinct(p.height * p.width * p.channels)
  }
  private static func outputCount(_ p: KernelPool) -> Int {
    p.out_height * p.out_width * p.channels
  }

  private static func maxPool(_ pool: KernelPool, hasCode: Bool, relu: Bool) -> Problem {
    let x = image(pool)
    let planes = PoolReference.planes(x, pool.channels).map {
      PoolReference(pool: pool).maxima($0, relu: relu)
    }
    let codes = PoolReference.joined(planes.map { $0.codes.map(Double.init) })
    let operand = codeOperand(pool, hasCode ? codes : codes.map { _ in 99 })
    var expected = [1: PoolReference.joined(planes.map(\.values))]
    if hasCode { expected[2] = operand.values(of: operand.memory) }
    return Problem(
      label: "\(label(pool)), code \(hasCode), relu \(relu)",
      operands: [
        .floats(x), .output(codes.count), codeOperand(pool, codes.map { _ in 99 }),
      ], expected: expected
    ) { table, buffers in
      var pool = pool
      table.max_pool(
        &pool, buffers.floats(0), buffers.floats(1), hasCode ? buffers.addresses[2] : nil, relu ? 1 : 0)
    }
  }

  /// Places in windows, -1 for none, as kernels.h says.
  private static func codeOperand(_ pool: KernelPool, _ codes: [Double]) -> Operand {
    pool.pool_h * pool.pool_w > 255 ? .ints(codes.map { Int32($0) }) : .bytes(codes.map { $0 < 0 ? 255 : UInt8($0) })
  }

  private static func maxPoolGradient(_ pool: KernelPool, relu: Bool, hasSums: Bool) -> Problem {
    let reference = PoolReference(pool: pool)
    let planes = PoolReference.planes(image(pool), pool.channels)
    let codes = PoolReference.joined(planes.map { reference.maxima($0, relu: relu).codes.map(Double.init) })
    let dy = Numbers.floats(codes.count, seed: 2)
    let wanted = zip(planes, PoolReference.planes(dy, pool.channels)).map { plane, dy in
      numericGradient(at: plane) {
        zip(reference.maxima($0, relu: relu).values, dy).reduce(0) { $0 + $1.0 * $1.1 * 1.25 }
      }
    }
    let sums = Numbers.floats(pool.channels, seed: 3)
    var expected = [2: PoolReference.joined(wanted)]
    if hasSums { expected[3] = zip(sums, wanted).map { $1.reduce(Double($0), +) } }
    return Problem(
      label: "\(label(pool)), relu \(relu), sums \(hasSums)",
      operands: [
        .floats(dy), codeOperand(pool, codes), .output(pool.height * pool.width * pool.channels), .floats(sums),
      ], expected: expected, tolerance: Tolerance(relative: 1e-6, absolute: 1e-5)
    ) { table, buffers in
      var pool = pool
      table.max_pool_gradient(
        &pool, 1.25, buffers.floats(0), buffers.addresses[1], buffers.floats(2), hasSums ? buffers.floats(3) : nil)
    }
  }

  private static func averagePool(_ pool: KernelPool) -> Problem {
    let x = image(pool)
    let wanted = PoolReference.planes(x, pool.channels).map(PoolReference(pool: pool).means)
    return Problem(
      label: label(pool), operands: [.floats(x), .output(outputCount(pool))],
      expected: [1: PoolReference.joined(wanted)],
      tolerance: Tolerance(relative: 1e-6, absolute: 1e-6)
    ) { table, buffers in
      var pool = pool
      table.average_pool(&pool, buffers.floats(0), buffers.floats(1))
    }
  }

  private static func averagePoolGradient(_ pool: KernelPool) -> Problem {
    let reference = PoolReference(pool: pool)
    let dy = Numbers.floats(outputCount(pool), seed: 2)
    let wanted = zip(
      PoolReference.planes(image(pool), pool.channels), PoolReference.planes(dy, pool.channels)
    ).map {
      plane, dy in
      numericGradient(at: plane) { zip(reference.means($0), dy).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    return Problem(
      label: label(pool),
      operands: [.floats(dy), .output(pool.height * pool.width * pool.channels)],
      expected: [1: PoolReference.joined(wanted)],
      tolerance: Tolerance(relative: 1e-6, absolute: 1e-6)
    ) { table, buffers in
      var pool = pool
      table.average_pool_gradient(&pool, buffers.floats(0), buffers.floats(1))
    }
  }
}
