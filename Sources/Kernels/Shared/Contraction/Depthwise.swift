import CKernels

// A depthwise convolution has one term for each tap and channel, so loads limit its speed. The channels are in the lanes, and
// several outputs (or, for the kernel's gradient, several taps) share the loaded values.

/// y = bias + x * w, one row of outputs: see `KernelDepthwise`.
@inline(never)
func depthwise(_ arguments: UnsafePointer<KernelDepthwise>?) {
  let d = arguments.unsafelyUnwrapped.pointee
  var c = 0
  while c &+ 16 <= d.channels {
    depthwiseRow(d, c, AllLanes())
    c &+= 16
  }
  if c < d.channels { depthwiseRow(d, c, FirstLanes(d.channels &- c)) }
}

@inline(__always)
private func depthwiseRow(_ d: KernelDepthwise, _ c: Int, _ lanes: some Lanes) {
  let start = d.bias.map { lanes.load($0 + c) } ?? V()
  var o = 0
  while o &+ 4 <= d.count {
    DepthwiseOutputs<4>.run(d, o, c, start, lanes)
    o &+= 4
  }
  while o < d.count {
    DepthwiseOutputs<1>.run(d, o, c, start, lanes)
    o &+= 1
  }
}

/// T outputs side by side.
private enum DepthwiseOutputs<let T: Int> {
  @inline(__always)
  static func run(_ d: KernelDepthwise, _ o: Int, _ c: Int, _ start: V, _ lanes: some Lanes) {
    var sums = InlineArray<T, V>(repeating: start)
    var xRow = d.x.unsafelyUnwrapped + (o &* d.x_step &+ c)
    var wRow = d.w.unsafelyUnwrapped + c
    for _ in 0..<d.rows {
      var x = xRow
      var w = wRow
      for _ in 0..<d.columns {
        let weight = lanes.load(w)
        for i in 0..<T { sums[i] = fma(sums[i], lanes.load(x + i &* d.x_step), weight) }
        x += d.x_column
        w += d.w_column
      }
      xRow += d.x_row
      wRow += d.w_row
    }
    let y = d.y.unsafelyUnwrapped + (o &* d.y_step &+ c)
    for i in 0..<T {
      let sum = d.relu != 0 ? choose(sums[i] .<= V(), V(), sums[i]) : sums[i]
      lanes.store(sum, y + i &* d.y_step)
    }
  }
}

/// dw += x * y, summed over a row of outputs.
@inline(never)
func depthwiseKernelGradient(_ arguments: UnsafePointer<KernelDepthwise>?, _ gradient: UnsafeMutablePointer<Float>?) {
  let d = arguments.unsafelyUnwrapped.pointee
  let dw = gradient.unsafelyUnwrapped
  var c = 0
  while c &+ 16 <= d.channels {
    depthwiseTaps(d, dw, c, AllLanes())
    c &+= 16
  }
  if c < d.channels { depthwiseTaps(d, dw, c, FirstLanes(d.channels &- c)) }
}

@inline(__always)
private func depthwiseTaps(_ d: KernelDepthwise, _ dw: UnsafeMutablePointer<Float>, _ c: Int, _ lanes: some Lanes) {
  for ky in 0..<d.rows {
    var kx = 0
    while kx &+ 3 <= d.columns {
      DepthwiseTaps<3>.run(d, dw, ky, kx, c, lanes)
      kx &+= 3
    }
    while kx < d.columns {
      DepthwiseTaps<1>.run(d, dw, ky, kx, c, lanes)
      kx &+= 1
    }
  }
}

/// T taps side by side.
private enum DepthwiseTaps<let T: Int> {
  @inline(__always)
  static func run(
    _ d: KernelDepthwise, _ dw: UnsafeMutablePointer<Float>, _ ky: Int, _ kx: Int, _ c: Int, _ lanes: some Lanes
  ) {
    let target = dw + (ky &* d.w_row &+ kx &* d.w_column &+ c)
    var sums = InlineArray<T, V>(repeating: V())
    for i in 0..<T { sums[i] = lanes.load(target + i &* d.w_column) }
    var x = d.x.unsafelyUnwrapped + (ky &* d.x_row &+ kx &* d.x_column &+ c)
    var y = UnsafePointer(d.y.unsafelyUnwrapped) + c
    for _ in 0..<d.count {
      let gradient = lanes.load(y)
      for i in 0..<T { sums[i] = fma(sums[i], lanes.load(x + i &* d.x_column), gradient) }
      x += d.x_step
      y += d.y_step
    }
    for i in 0..<T { lanes.store(sums[i], target + i &* d.w_column) }
  }
}
