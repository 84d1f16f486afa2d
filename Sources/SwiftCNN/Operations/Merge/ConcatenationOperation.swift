import Glibc

/// Concatenates its inputs along an axis. Inputs that the plan has placed inside the output need no copy.
final class ConcatenationOperation: Operation {
  var values: OperationValues
  /// The number of stretches of an image. The inputs fill each stretch one after the other.
  private let rows: Int
  /// Elements of each input in one stretch.
  let widths: [Int]

  init(_ values: OperationValues, _ inputs: [[Int]], axis: Int) {
    self.values = values
    rows = inputs[0][..<axis].reduce(1, *)
    widths = inputs.map { $0[axis...].reduce(1, *) }
  }

  private var width: Int { widths.reduce(0, +) }
  /// The offset of each input in a stretch of the output.
  var starts: [Int] { widths.indices.map { widths[..<$0].reduce(0, +) } }
  /// The number of inputs that the plan has placed inside the output.
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
