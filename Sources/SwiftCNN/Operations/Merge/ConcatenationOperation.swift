import Glibc

/// Puts its inputs side by side along an axis.
final class ConcatenationOperation: Operation {
  var values: OperationValues
  /// Stretches of an image that each input fills one after the other.
  private let rows: Int
  /// Elements of each input in such a stretch.
  private let widths: [Int]

  init(_ values: OperationValues, _ inputs: [[Int]], axis: Int) {
    self.values = values
    rows = inputs[0][..<axis].reduce(1, *)
    widths = inputs.map { $0[axis...].reduce(1, *) }
  }

  var algorithm: String { "concatenation of \(widths.count)" }
  var imagesAtOnce: Int { 0 }
  var work: Int { values.outputElements * Worth.element }

  func forward(_ call: OperationCall) {
    eachPart(call) { input, inputPlace, outputPlace, count in
      memcpy(call.output + outputPlace, call.inputs[input] + inputPlace, count * MemoryLayout<Float>.stride)
    }
  }

  func backward(_ call: OperationCall) {
    guard let outputGradient = call.outputGradient else { return }
    eachPart(call) { input, inputPlace, outputPlace, count in
      guard let gradient = call.inputGradients[input] else { return }
      memcpy(gradient + inputPlace, outputGradient + outputPlace, count * MemoryLayout<Float>.stride)
    }
  }

  private func eachPart(
    _ call: OperationCall, _ body: (_ input: Int, _ inputPlace: Int, _ outputPlace: Int, _ count: Int) -> Void
  ) {
    let width = widths.reduce(0, +)
    var start = 0
    for (input, own) in widths.enumerated() {
      for row in 0..<call.count * rows { body(input, row * own, row * width + start, own) }
      start += own
    }
  }
}
