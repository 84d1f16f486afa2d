private struct AddScaled: ElementLoop {
  let x: UnsafePointer<Float>
  let scale: V
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) { lanes.store(fma(lanes.load(y + i), scale, lanes.load(x + i)), y + i) }
}

private struct ScaleOffset: ElementLoop {
  let x: UnsafePointer<Float>
  let scale, offset: V
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) { lanes.store(fma(offset, lanes.load(x + i), scale), y + i) }
}

private struct Clip: ElementLoop {
  let x: UnsafePointer<Float>
  let limit: V
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    lanes.store(smaller(larger(lanes.load(x + i), splat(0) - limit), limit), y + i)
  }
}

private struct Exponential: ElementLoop {
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) { lanes.store(exponential(lanes.load(x + i)), y + i) }
}

private struct Logarithm: ElementLoop {
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) { lanes.store(logarithm(lanes.load(x + i)), y + i) }
}

/// x * 0 is 0 for a finite x and NaN for every other x. A sum with a NaN is NaN.
private struct FiniteCheck: ElementLoop {
  let x: UnsafePointer<Float>
  var sum = V()

  @inline(__always)
  mutating func step(_ i: Int, _ lanes: some Lanes) { sum = fma(sum, lanes.load(x + i), splat(0)) }
}

@inline(never)
func addScaled(_ x: UnsafePointer<Float>!, _ scale: Float, _ y: UnsafeMutablePointer<Float>!, _ n: Int) {
  var loop = AddScaled(x: x, scale: splat(scale), y: y)
  loop.run(n)
}

@inline(never)
func scaleOffset(
  _ x: UnsafePointer<Float>!, _ scale: Float, _ offset: Float, _ y: UnsafeMutablePointer<Float>!, _ n: Int
) {
  var loop = ScaleOffset(x: x, scale: splat(scale), offset: splat(offset), y: y)
  loop.run(n)
}

@inline(never)
func clip(_ x: UnsafePointer<Float>!, _ limit: Float, _ y: UnsafeMutablePointer<Float>!, _ n: Int) {
  var loop = Clip(x: x, limit: splat(limit), y: y)
  loop.run(n)
}

@inline(never)
func exponentials(_ x: UnsafePointer<Float>!, _ y: UnsafeMutablePointer<Float>!, _ n: Int) {
  var loop = Exponential(x: x, y: y)
  loop.run(n)
}

@inline(never)
func logarithms(_ x: UnsafePointer<Float>!, _ y: UnsafeMutablePointer<Float>!, _ n: Int) {
  var loop = Logarithm(x: x, y: y)
  loop.run(n)
}

@inline(never)
func allFinite(_ x: UnsafePointer<Float>!, _ n: Int) -> Int32 {
  var loop = FiniteCheck(x: x)
  loop.run(n)
  return horizontalSum(loop.sum) == 0 ? 1 : 0
}

/// A plain loop is enough: the conversion is exact, and the compiler vectorizes it.
@inline(never)
func convertBytes(_ x: UnsafePointer<UInt8>!, _ y: UnsafeMutablePointer<Float>!, _ n: Int) {
  let x = x!
  let y = y!
  var i = 0
  while i < n {
    y[i] = Float(x[i])
    i &+= 1
  }
}
