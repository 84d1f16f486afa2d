import CKernels

/// The moments are computed around the block's own mean, so that no digits are lost if the mean is far larger than the deviation.
@inline(never)
func moments(
  _ x: UnsafePointer<Float>!, _ xRow: Int, _ rows: Int, _ columns: Int, _ mean: UnsafeMutablePointer<Float>!,
  _ rest: UnsafeMutablePointer<Float>!, _ square: UnsafeMutablePointer<Float>!
) {
  let loop = Moments(
    x: x, xRow: xRow, rows: rows, share: splat(1 / Float(rows)), mean: mean, rest: rest, square: square)
  loop.run(columns)
}

/// One step processes some vectors of columns in all rows.
private struct Moments: ColumnLoop {
  let x: UnsafePointer<Float>
  let xRow, rows: Int
  let share: V
  let mean, rest, square: UnsafeMutablePointer<Float>

  @inline(__always)
  func step<Group: VectorGroup>(_ j: Int, _: Group.Type, _ lanes: some Lanes) {
    var sum = Group()
    var i = 0
    while i < rows {
      sum = sum.with(Group(x + (i &* xRow &+ j), lanes)) { $0 + $1 }
      i &+= 1
    }
    let center = sum.map { $0 * share }
    var (difference, squares) = (Group(), Group())
    i = 0
    while i < rows {
      let distance = Group(x + (i &* xRow &+ j), lanes).with(center) { $0 - $1 }
      difference = difference.with(distance) { $0 + $1 }
      squares = squares.with(distance) { fma($0, $1, $1) }
      i &+= 1
    }
    center.store(mean + j, lanes)
    difference.store(rest + j, lanes)
    squares.store(square + j, lanes)
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

/// Processes one row.
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
  let loop = NormalizeSums(n: n.pointee, x: x, dy: dy, dx: dx, sum: sum, product: product)
  loop.run(n.pointee.columns)
}

/// One step processes some vectors of columns in all rows.
private struct NormalizeSums: ColumnLoop {
  let n: KernelNormalization
  let x, dy: UnsafePointer<Float>
  let dx, sum, product: UnsafeMutablePointer<Float>

  @inline(__always)
  func step<Group: VectorGroup>(_ j: Int, _: Group.Type, _ lanes: some Lanes) {
    let (center, scale, offset) = (Group(n.center + j, lanes), Group(n.scale + j, lanes), Group(n.offset + j, lanes))
    var (gradients, products) = (Group(), Group())
    var i = 0
    while i < n.rows {
      let place = i &* n.columns &+ j
      let distance = Group(x + (i &* n.x_row &+ j), lanes).with(center) { $0 - $1 }
      var gradient = Group(dy + place, lanes)
      if n.relu != 0 {
        let value = offset.with(distance, scale, fma)
        gradient = gradient.with(value) { choose($1 .> splat(0), $0, splat(0)) }
      }
      gradients = gradients.with(gradient) { $0 + $1 }
      products = products.with(gradient, distance, fma)
      gradient.store(dx + place, lanes)
      i &+= 1
    }
    gradients.with(Group(sum + j, lanes)) { $1 + $0 }.store(sum + j, lanes)
    products.with(Group(product + j, lanes)) { $1 + $0 }.store(product + j, lanes)
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

/// Processes one row.
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
