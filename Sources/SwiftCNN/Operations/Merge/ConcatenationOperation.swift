import Glibc

/// Puts its inputs side by side along an axis. Inputs that the plan has laid into its output are there already.
final class ConcatenationOperation: Operation {
  var values: OperationValues
  /// Stretches of an image that each input fills one after the other.
  private let rows: Int
  /// Elements of each input in such a stretch.
  let widths: [Int]

  init(_ values: OperationValues, _ inputs: [[Int]], axis: Int) {
    self.values = values
    rows = inputs[0][..<axis].reduce(1, *)
    widths = inputs.map { $0[axis...].reduce(1, *) }
  }

  private var width: Int { widths.reduce(0, +) }
  /// Where each input begins in such a stretch of the output.
  var starts: [Int] { widths.indices.map { widths[..<$0].reduce(0, +) } }
  /// How many inputs the plan has laid into the output.
  var inputsInPlace = 0

  var algorithm: String { "concatenation of \(widths.count)" + (inputsInPlace > 0 ? ", \(inputsInPlace) in place" : "") }
  var imagesAtOnce: Int { 0 }
  var work: Int { values.outputElements * ParallelThreshold.element }
  var outputRow: Int? { width }
  func inputRow(_ index: Int) -> Int? { widths[index] }

  func forward(_ call: OperationCall) {
    let row = values.outputStrides?.row ?? width
    for (index, (start, own)) in zip(starts, widths).enumerated() {
      let inputRow = values.inputStrides.isEmpty ? own : values.inputStrides[index]?.row ?? own
      let (input, output) = (call.inputs[index], call.output + start)
      if input == output { continue }
      for i in 0..<call.count * rows { memcpy(output + i * row, input + i * inputRow, own * MemoryLayout<Float>.stride) }
    }
  }

  func backward(_ call: OperationCall) {
    guard let outputGradient = call.outputGradient else { return }
    for (index, (start, own)) in zip(starts, widths).enumerated() {
      guard let gradient = call.inputGradients[index] else { continue }
      let part = outputGradient + start
      for i in 0..<call.count * rows { memcpy(gradient + i * own, part + i * width, own * MemoryLayout<Float>.stride) }
    }
  }
}
