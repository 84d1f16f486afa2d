import Glibc

extension Placement {
  /// Writes the whole output.
  func copy(_ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, fill: Float) {
    let row = columns.output * channels
    let before = (columns.kept.lowerBound + columns.shift) * channels
    let count = columns.kept.count * channels
    for y in 0..<rows.output {
      let target = output + y * row
      guard rows.kept.contains(y - rows.shift) else {
        target.update(repeating: fill, count: row)
        continue
      }
      let source = input + ((y - rows.shift) * columns.input + columns.kept.lowerBound) * channels
      target.update(repeating: fill, count: before)
      memcpy(target + before, source, count * 4)
      (target + before + count).update(repeating: fill, count: row - before - count)
    }
  }
}

/// Removes rows and columns at the edges of an image, or adds some.
final class PadCropOperation: Operation {
  var values: OperationValues
  private let placement: Placement
  private let fill: Float

  /// - Parameter fill: the value of added elements.
  init(_ values: OperationValues, _ placement: Placement, fill: Float = 0) {
    self.values = values
    self.placement = placement
    self.fill = fill
  }

  var algorithm: String { "placement" }
  /// The placement, if the operation only adds zeros.
  var surroundingZeros: Placement? {
    let onlyAdds = [placement.rows, placement.columns].allSatisfy { $0.kept.count == $0.input }
    return fill == 0 && onlyAdds ? placement : nil
  }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      placement.copy(call.input + i * values.inputElements, into: call.output + i * values.outputElements, fill: fill)
    }
  }

  /// Elements that were removed have the gradient 0.
  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    let inverse = placement.inverse
    for i in 0..<call.count {
      inverse.copy(outputGradient + i * values.outputElements, into: inputGradient + i * values.inputElements, fill: 0)
    }
  }
}
