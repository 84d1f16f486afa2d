/// The random values of one weight.
struct RandomWeights {
  let values: UnsafeMutableBufferPointer<Float>
  let random: Philox
  let stream: UInt32

  func uniform(around center: Float, within limit: Float) throws(SwiftCNNError) {
    try forEachElement { center + limit * random.symmetric($0, 0, stream).0 }
  }

  func truncatedNormal(_ mean: Float, _ deviation: Float) throws(SwiftCNNError) {
    try forEachElement { mean + deviation * random.truncatedNormal($0, stream) }
  }

  func normal(_ mean: Float, _ deviation: Float) throws(SwiftCNNError) {
    try forEachElement { mean + deviation * Float(random.normal($0, stream)) }
  }

  @inline(__always)
  private func forEachElement(_ value: (Int) -> Float) throws(SwiftCNNError) {
    try Interruption.forEachPiece(of: values.count, cost: 1) { range in for i in range { values[i] = value(i) } }
  }

  /// Normal numbers, orthogonalized by the Gram-Schmidt process, one vector after the other. They have the same distribution as
  /// those of the QR decomposition with a positive diagonal in R.
  func orthogonal(_ shape: [Int], _ gain: Float) throws(SwiftCNNError) {
    let columns = shape[shape.count - 1]
    let rows = values.count / max(columns, 1)
    let (count, length) = (min(rows, columns), max(rows, columns))
    let buffer = try Buffer<Double>(count * length, for: "an orthogonal weight")
    defer { withExtendedLifetime(buffer) {} }
    let vectors = buffer.pointer
    try Interruption.forEachPiece(of: buffer.count, cost: 1) { range in
      for i in range { vectors[i] = random.normal(i, stream) }
    }
    try Interruption.forEachPiece(of: count, cost: length * count) { range in
      for index in range { makeOrthogonal(vectors, index, length) }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let place = rows < columns ? row * length + column : column * length + row
        values[row * columns + column] = gain * Float(vectors[place])
      }
    }
  }

  /// Subtracts from vector `index` its projections on the vectors before it, twice because of rounding, and scales it to length
  /// 1.
  private func makeOrthogonal(_ vectors: UnsafeMutablePointer<Double>, _ index: Int, _ length: Int) {
    let vector = vectors + index * length
    func product(_ other: UnsafePointer<Double>) -> Double {
      var sum = 0.0
      for i in 0..<length { sum += vector[i] * other[i] }
      return sum
    }
    for _ in 0..<2 {
      for before in 0..<index {
        let other = UnsafePointer(vectors + before * length)
        let common = product(other)
        for i in 0..<length { vector[i] -= common * other[i] }
      }
    }
    let norm = product(vector).squareRoot()
    for i in 0..<length { vector[i] /= norm }
  }
}

extension Philox {
  /// Two numbers of element `index`: one uniform in [-1, 1), one uniform in [0, 1).
  fileprivate func symmetric(_ index: Int, _ attempt: UInt32, _ stream: UInt32) -> (Float, Float) {
    let word = block([UInt32(truncatingIfNeeded: index), attempt, stream, UInt32(truncatingIfNeeded: index >> 32)])
    return (Float(Int32(bitPattern: word.x) >> 8) * 0x1p-23, Float(word.y >> 8) * 0x1p-24)
  }

  /// A standard normal number, by Marsaglia's polar method.
  fileprivate func normal(_ index: Int, _ stream: UInt32) -> Double {
    var attempt: UInt32 = 0
    while true {
      let pair = symmetric(index, attempt, stream)
      let (x, y) = (Double(pair.0), 2 * Double(pair.1) - 1)
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * PortableMath.log(square) / square).squareRoot() }
      attempt += 1
    }
  }

  /// A standard normal number cut at ±2, by rejection from the uniform distribution over [-2, 2).
  fileprivate func truncatedNormal(_ index: Int, _ stream: UInt32) -> Float {
    var attempt: UInt32 = 0
    while true {
      let (x, u) = symmetric(index, attempt, stream)
      if u < portableExp(-2 * x * x) { return 2 * x }
      attempt += 1
    }
  }
}

/// exp(x) for -2 <= x <= 0 from additions and multiplications alone, so that it has the same bits on every machine:
/// the Taylor series of exp(x / 16) to the eighth power of x, squared four times.
private func portableExp(_ x: Float) -> Float {
  let y = Double(x) / 16
  var sum = 1.0
  for k in stride(from: 8.0, through: 1.0, by: -1.0) { sum = 1 + sum * y / k }
  for _ in 0..<4 { sum *= sum }
  return Float(sum)
}
