import CKernels

/// Around the block's own mean, so that no digits are lost where the mean is far larger than the deviation.
@inline(never)
func moments(
  _ x: UnsafePointer<Float>!, _ xRow: Int, _ rows: Int, _ columns: Int, _ mean: UnsafeMutablePointer<Float>!,
  _ rest: UnsafeMutablePointer<Float>!, _ square: UnsafeMutablePointer<Float>!
) {
  var loop = Moments(
    x: x, xRow: xRow, rows: rows, share: splat(1 / Float(rows)), mean: mean, rest: rest, square: square)
  loop.run(columns)
}

/// One step takes sixteen columns through all rows.
private struct Moments: ElementLoop {
  let x: UnsafePointer<Float>
  let xRow, rows: Int
  let share: V
  let mean, rest, square: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ j: Int, _ lanes: some Lanes) {
    var sum = V()
    var i = 0
    while i < rows {
      sum += lanes.load(x + (i &* xRow &+ j))
      i &+= 1
    }
    let center = sum * share
    var (difference, squares) = (V(), V())
    i = 0
    while i < rows {
      let distance = lanes.load(x + (i &* xRow &+ j)) - center
      difference += distance
      squares = fma(squares, distance, distance)
      i &+= 1
    }
    lanes.store(center, mean + j)
    lanes.store(difference, rest + j)
    lanes.store(squares, square + j)
  }
}

@inline(never)
func normalize(_ n: UnsafePointer<KernelNormalization>!, _ x: UnsafePointer<Float>!, _ y: UnsafeMutablePointer<Float>!) {
  let n = n.pointee
  var i = 0
  while i < n.rows {
    var row = Normalize(
      x: x + i &* n.x_row, y: y + i &* n.y_row, center: n.center, scale: n.scale, offset: n.offset,
      cutsNegative: n.relu != 0)
    row.run(n.columns)
    i &+= 1
  }
}

/// One row.
private struct Normalize: ElementLoop {
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>
  let center, scale, offset: UnsafePointer<Float>
  let cutsNegative: Bool

  @inline(__always)
  func step(_ j: Int, _ lanes: some Lanes) {
    let value = fma(lanes.load(offset + j), lanes.load(x + j) - lanes.load(center + j), lanes.load(scale + j))
    lanes.store(cutsNegative ? choose(value .<= splat(0), splat(0), value) : value, y + j)
  }
}

@inline(never)
func normalizeSums(
  _ n: UnsafePointer<KernelNormalization>!, _ x: UnsafePointer<Float>!, _ dy: UnsafePointer<Float>!,
  _ dx: UnsafeMutablePointer<Float>!, _ sum: UnsafeMutablePointer<Float>!, _ product: UnsafeMutablePointer<Float>!
) {
  var loop = NormalizeSums(n: n.pointee, x: x, dy: dy, dx: dx, sum: sum, product: product)
  loop.run(n.pointee.columns)
}

/// One step takes sixteen columns through all rows.
private struct NormalizeSums: ElementLoop {
  let n: KernelNormalization
  let x, dy: UnsafePointer<Float>
  let dx, sum, product: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ j: Int, _ lanes: some Lanes) {
    let (center, scale, offset) = (lanes.load(n.center + j), lanes.load(n.scale + j), lanes.load(n.offset + j))
    var (gradients, products) = (V(), V())
    var i = 0
    while i < n.rows {
      let place = i &* n.columns &+ j
      let distance = lanes.load(x + (i &* n.x_row &+ j)) - center
      var gradient = lanes.load(dy + place)
      if n.relu != 0 { gradient = choose(fma(offset, distance, scale) .> splat(0), gradient, splat(0)) }
      gradients += gradient
      products = fma(products, gradient, distance)
      lanes.store(gradient, dx + place)
      i &+= 1
    }
    lanes.store(lanes.load(sum + j) + gradients, sum + j)
    lanes.store(lanes.load(product + j) + products, product + j)
  }
}

@inline(never)
func normalizeGradient(
  _ n: UnsafePointer<KernelNormalization>!, _ slope: UnsafePointer<Float>!, _ x: UnsafePointer<Float>!,
  _ dy: UnsafePointer<Float>!, _ dx: UnsafeMutablePointer<Float>!
) {
  let n = n.pointee
  var i = 0
  while i < n.rows {
    let place = i &* n.columns
    var row = NormalizeGradient(
      x: x + i &* n.x_row, dy: dy + place, dx: dx + place, center: n.center, scale: n.scale, offset: n.offset, slope: slope)
    row.run(n.columns)
    i &+= 1
  }
}

/// One row.
private struct NormalizeGradient: ElementLoop {
  let x, dy: UnsafePointer<Float>
  let dx: UnsafeMutablePointer<Float>
  let center, scale, offset, slope: UnsafePointer<Float>

  @inline(__always)
  func step(_ j: Int, _ lanes: some Lanes) {
    let line = fma(lanes.load(offset + j), lanes.load(x + j) - lanes.load(center + j), lanes.load(slope + j))
    lanes.store(fma(line, lanes.load(dy + j), lanes.load(scale + j)), dx + j)
  }
}
