@inline(never)
func columnSums(
  _ x: UnsafePointer<Float>!, _ rows: Int, _ columns: Int, _ row: Int, _ out: UnsafeMutablePointer<Float>!,
  _ accumulate: Int32
) {
  var j = 0
  while j &+ 64 <= columns {
    sumFourVectors(x + j, rows, row, out + j, accumulate != 0)
    j &+= 64
  }
  while j &+ 16 <= columns {
    sumVector(x + j, rows, row, out + j, accumulate != 0, AllLanes())
    j &+= 16
  }
  if j < columns { sumVector(x + j, rows, row, out + j, accumulate != 0, FirstLanes(columns &- j)) }
}

@inline(__always)
private func sumVector(
  _ x: UnsafePointer<Float>, _ rows: Int, _ row: Int, _ out: UnsafeMutablePointer<Float>, _ accumulate: Bool,
  _ lanes: some Lanes
) {
  var sum = accumulate ? lanes.load(out) : V()
  var i = 0
  while i < rows {
    sum += lanes.load(x + i &* row)
    i &+= 1
  }
  lanes.store(sum, out)
}

/// Four independent chains of additions hide their latency, and a row is read in long runs.
@inline(__always)
private func sumFourVectors(
  _ x: UnsafePointer<Float>, _ rows: Int, _ row: Int, _ out: UnsafeMutablePointer<Float>, _ accumulate: Bool
) {
  let lanes = AllLanes()
  var (a, b, c, d) = (V(), V(), V(), V())
  if accumulate {
    (a, b, c, d) = (lanes.load(out), lanes.load(out + 16), lanes.load(out + 32), lanes.load(out + 48))
  }
  var i = 0
  var from = x
  while i < rows {
    a += lanes.load(from)
    b += lanes.load(from + 16)
    c += lanes.load(from + 32)
    d += lanes.load(from + 48)
    from += row
    i &+= 1
  }
  lanes.store(a, out)
  lanes.store(b, out + 16)
  lanes.store(c, out + 32)
  lanes.store(d, out + 48)
}

private struct SquareSum: ElementLoop {
  let x: UnsafePointer<Float>
  var sum = V()

  @inline(__always)
  mutating func step(_ i: Int, _ lanes: some Lanes) {
    let values = lanes.load(x + i)
    sum = fma(sum, values, values)
  }
}

@inline(never)
func sumOfSquares(_ x: UnsafePointer<Float>!, _ n: Int) -> Float {
  var loop = SquareSum(x: x)
  loop.run(n)
  return horizontalSum(loop.sum)
}
