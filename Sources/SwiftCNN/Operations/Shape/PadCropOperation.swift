import Glibc

/// Where an image lies relative to another: rows and columns that one lacks are cut from the other, or filled.
struct Placement {
  /// Sizes along an axis, and where the input's first row or column is in the output; negative where it is cut off.
  struct Axis {
    let input: Int
    let output: Int
    let shift: Int

    /// The inputs that are there in the output.
    var kept: Range<Int> { max(0, -shift)..<min(input, output - shift) }
    var inverse: Axis { Axis(input: output, output: input, shift: -shift) }
  }

  let rows: Axis
  let columns: Axis
  let channels: Int

  /// - Parameters:
  ///   - input, output: (H, W, C) with the same C; they overlap.
  ///   - top, left: where the input's first pixel is in the output.
  init(from input: [Int], to output: [Int], top: Int, left: Int) {
    rows = Axis(input: input[0], output: output[0], shift: top)
    columns = Axis(input: input[1], output: output[1], shift: left)
    channels = input[2]
  }

  private init(rows: Axis, columns: Axis, channels: Int) {
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }

  var outputShape: [Int] { [rows.output, columns.output, channels] }
  /// From the output back to the input.
  var inverse: Placement { Placement(rows: rows.inverse, columns: columns.inverse, channels: channels) }

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

/// Cuts rows and columns off the edges of an image, or adds some.
final class PadCropOperation: Operation {
  var values: OperationValues
  private let placement: Placement
  private let fill: Float

  /// - Parameter fill: what is added.
  init(_ values: OperationValues, _ placement: Placement, fill: Float = 0) {
    self.values = values
    self.placement = placement
    self.fill = fill
  }

  var algorithm: String { "placement" }
  /// The placement, if all it does is to add zeros.
  var surroundingZeros: Placement? {
    let onlyAdds = [placement.rows, placement.columns].allSatisfy { $0.kept.count == $0.input }
    return fill == 0 && onlyAdds ? placement : nil
  }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      placement.copy(call.input + i * values.inputElements, into: call.output + i * values.outputElements, fill: fill)
    }
  }

  /// What was cut off has the gradient 0.
  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    let inverse = placement.inverse
    for i in 0..<call.count {
      inverse.copy(outputGradient + i * values.outputElements, into: inputGradient + i * values.inputElements, fill: 0)
    }
  }
}
