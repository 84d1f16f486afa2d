/// Reads an image [height][width][channels] at places between its pixels, for outputs [outputHeight][outputWidth][channels].
///
/// Values are those of TensorFlow's ImageProjectiveTransformV3, which Keras's layers use.
struct Sampler {
  var height: Int
  var width: Int
  let channels: Int
  /// Elements from one row of the image to the next. This is more than a row if the image is a part of a larger one.
  let row: Int
  var outputHeight: Int
  var outputWidth: Int
  var fillMode = FillMode.reflect
  var fillValue: Float = 0
  var interpolation = Interpolation.bilinear

  /// Writes the whole output.
  func forward(_ map: AffineMap, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    output.update(repeating: 0, count: outputHeight * outputWidth * channels)
    forEachTap(map) { target, source, weight in
      for channel in 0..<channels {
        output[target + channel] += weight * (source < 0 ? fillValue : input[source + channel])
      }
    }
  }

  /// The adjoint: adds each output's gradient to `inputGradient` at the pixels that the output was computed from.
  func backward(
    _ map: AffineMap, _ outputGradient: UnsafePointer<Float>, _ inputGradient: UnsafeMutablePointer<Float>
  ) {
    forEachTap(map) { target, source, weight in
      if source < 0 { return }
      for channel in 0..<channels { inputGradient[source + channel] += weight * outputGradient[target + channel] }
    }
  }

  /// Calls `body` for each output pixel and each input pixel that it is computed from, as offsets of their first channels. An
  /// input pixel outside the image has the offset -1.
  @inline(__always)
  private func forEachTap(_ map: AffineMap, _ body: (_ target: Int, _ source: Int, _ weight: Float) -> Void) {
    for outputY in 0..<outputHeight {
      for outputX in 0..<outputWidth {
        let target = (outputY * outputWidth + outputX) * channels
        let x = inside(map.xx * Float(outputX) + map.xy * Float(outputY) + map.x0, width)
        let y = inside(map.yx * Float(outputX) + map.yy * Float(outputY) + map.y0, height)
        if interpolation == .nearest {
          body(target, offset(y.rounded(), x.rounded()), 1)
          continue
        }
        let (left, top) = (x.rounded(.down), y.rounded(.down))
        let (fromLeft, fromTop) = (x - left, y - top)
        // Pixels with the weight 0 may lie outside the image.
        body(target, offset(top, left), (1 - fromTop) * (1 - fromLeft))
        if fromLeft != 0 { body(target, offset(top, left + 1), (1 - fromTop) * fromLeft) }
        if fromTop == 0 { continue }
        body(target, offset(top + 1, left), fromTop * (1 - fromLeft))
        if fromLeft != 0 { body(target, offset(top + 1, left + 1), fromTop * fromLeft) }
      }
    }
  }

  private func offset(_ y: Float, _ x: Float) -> Int {
    guard y >= 0, y < Float(height), x >= 0, x < Float(width) else { return -1 }
    return Int(y) * row + Int(x) * channels
  }

  /// Maps a coordinate into an axis of `size` pixels, according to the fill mode.
  private func inside(_ coordinate: Float, _ size: Int) -> Float {
    let (length, last) = (Float(size), Float(size - 1))
    switch fillMode {
    case .constant: return coordinate
    case .nearest: return min(max(coordinate, 0), last)
    case .reflect: return min(max(reflected(coordinate, length), 0), last)
    case .wrap: return min(max(wrapped(coordinate, length), 0), last)
    }
  }

  private func reflected(_ coordinate: Float, _ length: Float) -> Float {
    if length <= 1 { return 0 }
    let period = 2 * length
    if coordinate < 0 {
      let near = coordinate < period ? period * (-coordinate / period).rounded(.towardZero) + coordinate : coordinate
      return near < -length ? near + period : -near - 1
    }
    if coordinate <= length - 1 { return coordinate }
    let near = coordinate - period * (coordinate / period).rounded(.towardZero)
    return near >= length ? period - near - 1 : near
  }

  private func wrapped(_ coordinate: Float, _ length: Float) -> Float {
    if length <= 1 { return 0 }
    let last = length - 1
    if coordinate < 0 { return coordinate + length * ((-coordinate / last).rounded(.towardZero) + 1) }
    return coordinate > last ? coordinate - length * (coordinate / last).rounded(.towardZero) : coordinate
  }
}
