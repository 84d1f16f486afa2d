/// An axis of a convolution, divided into phases so that only windows of 3 with stride 1 remain.
///
/// Every `inputs`-th element of the input forms a phase, and so does every `outputs`-th element of the output. Between a phase of
/// the input and a phase of the output, the convolution has stride 1. It has only those taps of the window that connect the two
/// phases. Output g·o + q, in phase q of g, meets input f·(o + j) + p, in phase p of f = g · stride, at tap f·j + p - q·stride.
/// Both are counted from the first element of the padding.
struct Polyphase {
  let axis: SlidingAxis
  let inputs: Int
  let outputs: Int

  /// Uses the fewest phases with windows of 3 or less; nil if too many phases would be needed.
  init?(_ axis: SlidingAxis) {
    guard axis.dilation == 1 else { return nil }
    let fewest = (1...Self.most).first { ((($0 - 1) * axis.stride + axis.window - 1) / ($0 * axis.stride)) < 3 }
    guard let outputs = fewest, outputs * axis.stride <= Self.most else { return nil }
    self.axis = axis
    self.outputs = outputs
    inputs = outputs * axis.stride
  }

  private static let most = 4

  /// The tap at position `j` of the window from one phase to another.
  func tap(_ j: Int, from input: Int, to output: Int) -> Int? {
    let tap = inputs * j + input - output * axis.stride
    return tap >= 0 && tap < axis.window ? tap : nil
  }

  /// A phase of the input or the output: every `step`-th element from `first`, after some zeros of padding.
  struct Elements {
    let first: Int
    let count: Int
    let step: Int
    let padBefore: Int
  }

  func input(_ phase: Int) -> Elements {
    let padding = max(0, axis.padBefore - phase).dividedUp(by: inputs)
    let first = inputs * padding + phase - axis.padBefore
    return Elements(
      first: first, count: max(0, axis.input - first).dividedUp(by: inputs), step: inputs, padBefore: padding)
  }

  func output(_ phase: Int) -> Elements {
    Elements(first: phase, count: max(0, axis.output - phase).dividedUp(by: outputs), step: outputs, padBefore: 0)
  }
}

/// Both axes of a convolution. Phases are ordered by row phase first. A phase of the input has all its channels and a phase of
/// the output all filters, so that the elements of a phase are the channels of one pixel.
struct PolyphasePlane {
  let rows: Polyphase
  let columns: Polyphase

  init?(_ geometry: ConvolutionGeometry) {
    guard let rows = Polyphase(geometry.rows), let columns = Polyphase(geometry.columns) else { return nil }
    self.rows = rows
    self.columns = columns
  }

  var inputs: Int { rows.inputs * columns.inputs }
  var outputs: Int { rows.outputs * columns.outputs }

  /// For each of the 3 x 3 taps from one phase to another, its position in the kernel.
  func taps(from input: Int, to output: Int) -> [Int?] {
    (0..<9).map { place in
      let (y, x) = (place / 3, place % 3)
      guard let row = rows.tap(y, from: input / columns.inputs, to: output / columns.outputs),
        let column = columns.tap(x, from: input % columns.inputs, to: output % columns.outputs)
      else { return nil }
      return row * columns.axis.window + column
    }
  }

  typealias Pixels = (rows: Polyphase.Elements, columns: Polyphase.Elements)

  func input(_ phase: Int) -> Pixels { (rows.input(phase / columns.inputs), columns.input(phase % columns.inputs)) }
  func output(_ phase: Int) -> Pixels { (rows.output(phase / columns.outputs), columns.output(phase % columns.outputs)) }
}
